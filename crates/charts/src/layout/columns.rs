//! Upright bars.

use super::legend::fill;
use super::lines::{plot_height, step_labels, value_axis};
use super::page::{LEADING, Page, SMALL, wide};
use crate::chart::Columns;
use crate::palette::INK;
use crate::scale::Scale;
use crate::scene::{ASCENT, Anchor, DESCENT};

/// Share of a category's width that bars fill.
const FILLED: f64 = 0.78;

pub(super) fn draw(page: &mut Page, plot: &Columns) {
    let height = plot_height(page, 380.0);
    let count = plot.categories.len();
    let sums = (0..count).map(|i| {
        let values = plot.series.iter().filter_map(|s| s.at(i));
        values.map(|e| e.value).sum::<f64>()
    });
    let ends = plot
        .series
        .iter()
        .flat_map(|s| (0..count).filter_map(|i| s.at(i)));
    let ticks = (height / 76.0).max(3.0);
    let scale = if plot.stacked {
        Scale::around(sums.chain([plot.reach]), ticks)
    } else {
        let ends = ends.flat_map(|e| <[f64; 2]>::from(e.ends(false)));
        Scale::around(ends.chain([plot.reach]), ticks)
    };
    page.axis_title(&plot.y_title, page.left);
    // Room for the number above a bar that reaches the top.
    page.y += LEADING * SMALL;
    let frame = value_axis(page, &scale, plot.unit, height);
    let band = frame.width() / count.max(1) as f64;
    let places: Vec<f64> = (0..count)
        .map(|i| frame.left + band * (i as f64 + 0.5))
        .collect();
    let y_of = |value: f64| frame.bottom - scale.part(value) * height;
    let bars = if plot.stacked {
        1
    } else {
        plot.series.len().max(1)
    };
    let slot = band * FILLED / bars as f64;
    let labelled = labels_fit(plot, slot);
    for (i, middle) in places.iter().enumerate() {
        let left = middle - band * FILLED / 2.0;
        let mut base = 0.0;
        for (k, series) in plot.series.iter().enumerate() {
            let Some(e) = series.at(i) else { continue };
            if plot.stacked {
                let top = base + e.value;
                let corner = (left + slot, y_of(top));
                page.scene.block((left, y_of(base)), corner, fill(series));
                base = top;
                continue;
            }
            let x = left + slot * k as f64;
            let gap = (slot * 0.06).min(2.0);
            page.scene.block(
                (x + gap, y_of(0.0)),
                (x + slot - gap, y_of(e.value)),
                fill(series),
            );
            let centre = x + slot / 2.0;
            let (low, high) = e.ends(false);
            let (low, high) = (y_of(low), y_of(high));
            if e.half_width > 0.0 {
                let cap = (slot * 0.2).min(7.0);
                for (from, to) in [
                    ((centre, low), (centre, high)),
                    ((centre - cap, low), (centre + cap, low)),
                    ((centre - cap, high), (centre + cap, high)),
                ] {
                    page.scene.line(vec![from, to], INK, 1.8);
                }
            }
            if labelled {
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
    step_labels(page, frame, &plot.categories, &places);
    if !plot.x_title.is_empty() {
        page.y += 8.0;
        page.axis_title(&plot.x_title, frame.left);
    }
}

/// Numbers above the bars, if each is narrower than its bar's slot and none would reach the labels below the plot.
fn labels_fit(plot: &Columns, slot: f64) -> bool {
    let estimates = || {
        plot.series
            .iter()
            .flat_map(|s| (0..plot.categories.len()).filter_map(|i| s.at(i)))
    };
    !plot.stacked
        && estimates().all(|e| e.value >= 0.0)
        && estimates().all(|e| wide(&plot.unit.format(e.value), SMALL) + 6.0 <= slot)
}
