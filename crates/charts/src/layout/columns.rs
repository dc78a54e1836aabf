//! Upright bars.

use super::legend::fill;
use super::lines::{plot_height, step_labels, value_axis};
use super::page::{LEADING, Page, SMALL, wide};
use crate::chart::Columns;
use crate::palette::INK;
use crate::scale::Scale;
use crate::scene::{ASCENT, Anchor, DESCENT, Frame};

/// Share of a category's width that bars fill.
const FILLED: f64 = 0.78;

/// Where bars stand: the data area, its scale and height, and the width of one bar [px].
struct Bars {
    frame: Frame,
    height: f64,
    scale: Scale,
    width: f64,
    labelled: bool,
}

impl Bars {
    fn y(&self, value: f64) -> f64 {
        self.frame.bottom - self.scale.part(value) * self.height
    }
}

pub(super) fn draw(page: &mut Page, plot: &Columns) {
    let height = plot_height(page, 380.0);
    let scale = scale(plot, (height / 76.0).max(3.0));
    page.axis_title(&plot.y_title, page.left);
    // Room for the number above a bar that reaches the top.
    page.y += LEADING * SMALL;
    let frame = value_axis(page, &scale, plot.unit, height);
    let count = plot.categories.len();
    let band = frame.width() / count.max(1) as f64;
    let places: Vec<f64> = (0..count)
        .map(|i| frame.left + band * (i as f64 + 0.5))
        .collect();
    let beside = match plot.stacked {
        true => 1,
        false => plot.series.len().max(1),
    };
    let width = band * FILLED / beside as f64;
    let bars = Bars {
        frame,
        height,
        scale,
        width,
        labelled: labels_fit(plot, width),
    };
    for (i, middle) in places.iter().enumerate() {
        let left = middle - band * FILLED / 2.0;
        match plot.stacked {
            true => draw_stack(page, plot, &bars, i, left),
            false => draw_beside(page, plot, &bars, i, left),
        }
    }
    step_labels(page, frame, &plot.categories, &places, false);
    if !plot.x_title.is_empty() {
        page.y += 8.0;
        page.axis_title(&plot.x_title, frame.left);
    }
}

/// A scale that holds every bar with its interval, or every stack.
fn scale(plot: &Columns, ticks: f64) -> Scale {
    let count = plot.categories.len();
    if plot.stacked {
        let sums = (0..count).map(|i| {
            let values = plot.series.iter().filter_map(|s| s.at(i));
            values.map(|e| e.value).sum::<f64>()
        });
        return Scale::around(sums.chain([plot.reach]), ticks);
    }
    let bars = plot.series.iter();
    let bars = bars.flat_map(|s| (0..count).filter_map(|i| s.at(i)));
    let ends = bars.flat_map(|e| <[f64; 2]>::from(e.ends(false)));
    Scale::around(ends.chain([plot.reach]), ticks)
}

/// The series of a category on top of each other.
fn draw_stack(page: &mut Page, plot: &Columns, bars: &Bars, category: usize, left: f64) {
    let mut base = 0.0;
    for series in &plot.series {
        let Some(e) = series.at(category) else {
            continue;
        };
        let top = base + e.value;
        let corner = (left + bars.width, bars.y(top));
        page.scene.block((left, bars.y(base)), corner, fill(series));
        base = top;
    }
}

/// The series of a category side by side, with their intervals and, where there is room, their numbers.
fn draw_beside(page: &mut Page, plot: &Columns, bars: &Bars, category: usize, left: f64) {
    for (k, series) in plot.series.iter().enumerate() {
        let Some(e) = series.at(category) else {
            continue;
        };
        let x = left + bars.width * k as f64;
        let gap = (bars.width * 0.06).min(2.0);
        page.scene.block(
            (x + gap, bars.y(0.0)),
            (x + bars.width - gap, bars.y(e.value)),
            fill(series),
        );
        let centre = x + bars.width / 2.0;
        let (low, high) = e.ends(false);
        let (low, high) = (bars.y(low), bars.y(high));
        if !e.is_exact() {
            let cap = (bars.width * 0.2).min(7.0);
            for (from, to) in [
                ((centre, low), (centre, high)),
                ((centre - cap, low), (centre + cap, low)),
                ((centre - cap, high), (centre + cap, high)),
            ] {
                page.scene.line(vec![from, to], INK, 1.8);
            }
        }
        if bars.labelled {
            let baseline = if e.value < 0.0 {
                low + ASCENT * SMALL + 3.0
            } else {
                high - DESCENT * SMALL - 3.0
            };
            let text = plot.unit.format(e.value);
            page.label(text, (centre, baseline), SMALL, Anchor::Middle, INK);
        }
    }
}

/// Numbers above the bars, if each is narrower than its bar and none would reach the labels below the plot.
fn labels_fit(plot: &Columns, width: f64) -> bool {
    let estimates = || {
        plot.series
            .iter()
            .flat_map(|s| (0..plot.categories.len()).filter_map(|i| s.at(i)))
    };
    !plot.stacked
        && estimates().all(|e| e.value >= 0.0)
        && estimates().all(|e| wide(&plot.unit.format(e.value), SMALL) + 6.0 <= width)
}
