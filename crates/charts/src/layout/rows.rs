//! One row per category: bars, stacked bars or dots, each with its number in a place of its own.

use super::legend::fill;
use super::page::{LABEL, LEADING, Page, SMALL, centred, line_height, wide};
use crate::chart::{Estimate, Rows, Series, Shape};
use crate::font::{self, Weight};
use crate::palette::{AXIS, GRID, INK, MUTED, PAPER, SHADE};
use crate::scale::Scale;
use crate::scene::{ASCENT, Anchor, Frame, Mark, Text};

/// Height a bar or dot takes [px]; its number must fit in.
const BAR: f64 = 21.0;
/// Space between rows [px].
const AIR: f64 = 12.0;

/// The value axis at its place.
struct Axis {
    scale: Scale,
    left: f64,
    right: f64,
}

impl Axis {
    fn x(&self, value: f64) -> f64 {
        self.left + self.scale.part(value) * (self.right - self.left)
    }
}

/// A row's name, broken into lines, and the heading above it.
struct Name {
    heading: Option<String>,
    label: Vec<String>,
    note: Vec<String>,
}

impl Name {
    /// Height of the strip above the row.
    fn above(&self) -> f64 {
        self.heading
            .as_ref()
            .map_or(0.0, |_| LEADING * SMALL + AIR + 4.0)
    }

    fn height(&self) -> f64 {
        self.label.len() as f64 * LABEL * 1.2 + self.note.len() as f64 * SMALL * 1.2
    }

    fn width(&self) -> f64 {
        let label = self.label.iter().map(|l| wide(l, LABEL));
        let note = self.note.iter().map(|l| wide(l, SMALL));
        label.chain(note).fold(0.0, f64::max)
    }
}

/// The axis is no shorter [px].
const LEAST: f64 = 40.0;

pub(super) fn draw(page: &mut Page, plot: &Rows) {
    let width = |names: &[Name]| names.iter().map(Name::width).fold(0.0, f64::max);
    let mut names = wrapped(page, plot, 0.34 * (page.right - page.left));
    let mut gutter = width(&names);
    let bounds = bounds(plot);
    // How many ticks fit depends on the room the numbers leave, and the numbers' decimals on the ticks: ticks first, from the
    // room without numbers.
    let ticks = ((page.right - page.left - gutter) / 130.0).clamp(2.0, 8.0);
    let scale = if plot.logarithmic {
        Scale::decades(bounds.iter().copied())
    } else {
        Scale::around(bounds.iter().copied(), ticks)
    };
    let numbers = widest_number(plot, scale.step);
    // Numbers of dots stand in a column on the right; numbers of bars behind the bars, on either side.
    let before = match plot.shape {
        Shape::Dots | Shape::Steps => 0.0,
        _ if plot.logarithmic => 0.0,
        _ if bounds.iter().any(|v| *v < 0.0) => numbers + 8.0,
        _ => 0.0,
    };
    let lacking = page.left + gutter + 14.0 + before + LEAST - (page.right - numbers - 12.0);
    if lacking > 0.0 {
        // Long numbers on both sides of the bars leave the names less.
        names = wrapped(page, plot, (gutter - lacking).max(0.0));
        gutter = width(&names);
    }
    let left = page.left + gutter + 14.0 + before;
    let right = (page.right - numbers - 12.0).max(left + LEAST);

    let bars = |row: usize| match plot.shape {
        Shape::Stacked | Shape::Steps => 1.0,
        Shape::Grouped | Shape::Dots => {
            let present = plot.series.iter().filter(|s| s.at(row).is_some());
            present.count().max(1) as f64
        }
    };
    let heights: Vec<f64> = names
        .iter()
        .enumerate()
        .map(|(i, n)| n.height().max(BAR * bars(i)) + AIR)
        .collect();
    let frame = Frame {
        left,
        top: page.y,
        right,
        bottom: page.y + heights.iter().sum::<f64>() + names.iter().map(Name::above).sum::<f64>(),
    };
    let axis = Axis { scale, left, right };
    if let Some(band) = &plot.band {
        let (from, to) = (axis.x(band.low), axis.x(band.high));
        page.scene
            .block((from, frame.top), (to, frame.bottom), SHADE);
    }
    draw_axis(page, plot, &axis, frame);
    let mut top = frame.top;
    for (i, (name, height)) in names.into_iter().zip(heights).enumerate() {
        draw_heading(page, &name, top);
        top += name.above();
        let middle = top + height / 2.0;
        draw_name(page, &name, left - before - 14.0, middle);
        match plot.shape {
            Shape::Stacked => draw_stack(page, plot, i, middle, &axis),
            Shape::Steps => draw_step(page, plot, i, middle, &axis),
            Shape::Grouped | Shape::Dots => {
                let mut centre = middle - BAR * (bars(i) - 1.0) / 2.0;
                for series in &plot.series {
                    if let Some(e) = series.at(i) {
                        draw_value(page, plot, series, e, centre, &axis);
                        centre += BAR;
                    }
                }
            }
        }
        top += height;
    }
    page.scene.plots.push(frame);
}

/// The names of all rows, broken to a room.
fn wrapped(page: &Page, plot: &Rows, room: f64) -> Vec<Name> {
    plot.categories
        .iter()
        .map(|c| Name {
            heading: c
                .heading
                .as_ref()
                .map(|h| font::shorten(h, SMALL, Weight::SemiBold, page.right - page.left - 12.0)),
            label: font::wrap(&c.label, LABEL, Weight::Regular, room, 6),
            note: c
                .note
                .as_ref()
                .map_or_else(Vec::new, |n| font::wrap(n, SMALL, Weight::Regular, room, 2)),
        })
        .collect()
}

/// The ends of everything drawn, cut at the clip.
fn bounds(plot: &Rows) -> Vec<f64> {
    let rows = 0..plot.categories.len();
    let clip = plot.clip.unwrap_or(f64::INFINITY);
    let mut ends: Vec<f64> = match plot.shape {
        Shape::Stacked => rows
            .flat_map(|i| {
                let values = || {
                    plot.series
                        .iter()
                        .filter_map(move |s| s.at(i))
                        .map(|e| e.value)
                };
                [
                    values().filter(|v| *v > 0.0).sum::<f64>(),
                    values().filter(|v| *v < 0.0).sum::<f64>(),
                ]
            })
            .collect(),
        Shape::Steps => rows
            .filter_map(|i| step(plot, i))
            .flat_map(|(_, from, e)| {
                let (low, high) = e.ends(plot.signed);
                [from, from + e.value, from + low, from + high]
            })
            .collect(),
        Shape::Grouped | Shape::Dots => rows
            .flat_map(|i| plot.series.iter().filter_map(move |s| s.at(i)))
            .flat_map(|e| <[f64; 2]>::from(e.ends(plot.signed)))
            .collect(),
    };
    if let Some(band) = &plot.band {
        ends.extend([band.low, band.high]);
    }
    if plot.reach.is_finite() {
        ends.push(plot.reach);
        if plot.signed {
            ends.push(-plot.reach);
        }
    }
    ends.iter().map(|v| v.clamp(-clip, clip)).collect()
}

fn number(plot: &Rows, value: f64, step: f64) -> String {
    let text = plot.unit.format_beside(value, step);
    if plot.signed && value > 0.0 {
        format!("+{text}")
    } else {
        text
    }
}

fn total_label(plot: &Rows, row: usize, step: f64) -> String {
    plot.categories[row].value_label.clone().unwrap_or_else(|| {
        let values = plot.series.iter().filter_map(|s| s.at(row));
        number(plot, values.map(|e| e.value).sum(), step)
    })
}

fn widest_number(plot: &Rows, step: f64) -> f64 {
    let rows = 0..plot.categories.len();
    let texts: Vec<String> = match plot.shape {
        Shape::Stacked => rows.map(|i| total_label(plot, i, step)).collect(),
        Shape::Grouped | Shape::Dots | Shape::Steps => rows
            .flat_map(|i| plot.series.iter().filter_map(move |s| s.at(i)))
            .map(|e| number(plot, e.value, step))
            .collect(),
    };
    texts.iter().map(|t| wide(t, SMALL)).fold(0.0, f64::max)
}

/// The heading of the rows below, on a patch that hides the grid.
fn draw_heading(page: &mut Page, name: &Name, top: f64) {
    let Some(heading) = &name.heading else { return };
    let right = page.left + font::width(heading, SMALL, Weight::SemiBold) + 8.0;
    let bottom = top + name.above() - 2.0;
    page.scene.block((page.left, top), (right, bottom), PAPER);
    page.scene.text(Text {
        text: heading.clone(),
        at: (page.left, top + AIR + ASCENT * SMALL),
        em: SMALL,
        weight: Weight::SemiBold,
        anchor: Anchor::Start,
        colour: MUTED,
    });
}

fn draw_name(page: &mut Page, name: &Name, right: f64, middle: f64) {
    let mut y = middle - name.height() / 2.0;
    let lines = name.label.iter().map(|l| (l, LABEL, INK));
    let notes = name.note.iter().map(|l| (l, SMALL, MUTED));
    for (line, em, colour) in lines.chain(notes) {
        let at = (right, centred(y + 0.6 * em, em));
        page.label(line.clone(), at, em, Anchor::End, colour);
        y += 1.2 * em;
    }
}

/// A number below a tick.
#[derive(Clone, Debug)]
struct TickLabel {
    /// Which tick.
    tick: usize,
    /// Its middle, and half its width [px].
    x: f64,
    half: f64,
    text: String,
}

/// Every n-th of some labels, counted from the `first` both ways: as many as do not touch.
fn every(mut labels: Vec<TickLabel>, first: usize) -> Vec<TickLabel> {
    let kept = |label: &TickLabel, n: usize| label.tick.abs_diff(first).is_multiple_of(n);
    let fits = |n: &usize| {
        let kept: Vec<&TickLabel> = labels.iter().filter(|label| kept(label, *n)).collect();
        let apart = |a: &TickLabel, b: &TickLabel| a.x + a.half + 8.0 < b.x - b.half;
        kept.windows(2).all(|pair| apart(pair[0], pair[1]))
    };
    let n = (1..=labels.len()).find(fits).unwrap_or(1);
    labels.retain(|label| kept(label, n));
    labels
}

/// Grid lines, the numbers below them, and the title of the axis.
fn draw_axis(page: &mut Page, plot: &Rows, axis: &Axis, frame: Frame) {
    let scale = &axis.scale;
    let baseline = frame.bottom + 8.0 + ASCENT * SMALL;
    // Where bars begin.
    let begin = if scale.logarithmic { scale.low } else { 0.0 };
    let mut labels = Vec::new();
    for (number, tick) in scale.ticks.iter().enumerate() {
        let (x, origin) = (axis.x(*tick), *tick == begin);
        let (colour, width) = if origin { (AXIS, 1.5) } else { (GRID, 1.0) };
        page.scene
            .line(vec![(x, frame.top), (x, frame.bottom)], colour, width);
        let text = plot.unit.format_tick(*tick, scale.step, scale.largest());
        let half = wide(&text, SMALL) / 2.0;
        if x - half >= page.left && x + half <= page.right {
            labels.push(TickLabel {
                tick: number,
                x,
                half,
                text,
            });
        }
    }
    let first = scale.ticks.iter().position(|tick| *tick == begin);
    for label in every(labels, first.unwrap_or(0)) {
        let at = (label.x, baseline);
        page.label(label.text, at, SMALL, Anchor::Middle, MUTED);
    }
    page.y = frame.bottom + 8.0 + line_height(SMALL);
    if !plot.x_title.is_empty() {
        page.y += 8.0;
        let room = page.right - frame.left;
        let narrow = wide(&plot.x_title, SMALL) > room;
        page.axis_title(&plot.x_title, if narrow { page.left } else { frame.left });
    }
}

fn draw_stack(page: &mut Page, plot: &Rows, row: usize, middle: f64, axis: &Axis) {
    let (mut up, mut down) = (0.0, 0.0);
    for series in &plot.series {
        let Some(e) = series.at(row) else { continue };
        let base = if e.value < 0.0 { &mut down } else { &mut up };
        let from = axis.x(*base);
        *base += e.value;
        let corner = (axis.x(*base), middle + BAR / 2.0);
        page.scene
            .block((from, middle - BAR / 2.0), corner, fill(series));
    }
    let at = (axis.x(up) + 8.0, centred(middle, SMALL));
    page.label(
        total_label(plot, row, axis.scale.step),
        at,
        SMALL,
        Anchor::Start,
        INK,
    );
}

/// The value of a row of a waterfall with its series, and where its bar begins.
fn step(plot: &Rows, row: usize) -> Option<(&Series, f64, Estimate)> {
    let at = |i: usize| plot.series.iter().find_map(|s| Some((s, s.at(i)?)));
    let (series, e) = at(row)?;
    let from = match row + 1 == plot.categories.len() {
        true => 0.0,
        false => (0..row).filter_map(at).map(|(_, e)| e.value).sum(),
    };
    Some((series, from, e))
}

/// A bar of a waterfall, a line down to where the next one begins, and its number to the right of all that is drawn.
fn draw_step(page: &mut Page, plot: &Rows, row: usize, middle: f64, axis: &Axis) {
    let Some((series, from, e)) = step(plot, row) else {
        return;
    };
    let half = BAR / 2.0 - 1.5;
    let (begin, end) = (axis.x(from), axis.x(from + e.value));
    let (top, bottom) = ((begin, middle - half), (end, middle + half));
    page.scene.block(top, bottom, fill(series));
    if row + 1 < plot.categories.len() {
        let down = vec![(end, middle + half), (end, middle + half + AIR)];
        page.scene.line(down, AXIS, 1.5);
    }
    let mut right = begin.max(end);
    if !e.is_exact() {
        let (low, high) = e.ends(plot.signed);
        let ends = [low, high].map(|x| axis.x(from + x));
        page.scene
            .line(ends.map(|x| (x, middle)).to_vec(), INK, 1.8);
        for x in ends {
            let tick = vec![(x, middle - 5.0), (x, middle + 5.0)];
            page.scene.line(tick, INK, 1.8);
        }
        right = right.max(ends[1]);
    }
    let text = number(plot, e.value, axis.scale.step);
    let at = (right + 8.0, centred(middle, SMALL));
    page.label(text, at, SMALL, Anchor::Start, INK);
}

fn draw_value(page: &mut Page, plot: &Rows, series: &Series, e: Estimate, y: f64, axis: &Axis) {
    let clip = plot.clip.unwrap_or(f64::INFINITY);
    let shown = e.value.clamp(-clip, clip);
    let (low, high) = e.ends(plot.signed);
    let (low, high) = (
        axis.x(low.clamp(-clip, clip)),
        axis.x(high.clamp(-clip, clip)),
    );
    let dots = plot.shape == Shape::Dots;
    if !dots {
        let half = BAR / 2.0 - 1.5;
        page.scene.block(
            (axis.x(0.0), y - half),
            (axis.x(shown), y + half),
            fill(series),
        );
    }
    if !e.is_exact() {
        let (colour, width) = if dots {
            (series.colour, 3.0)
        } else {
            (INK, 1.8)
        };
        page.scene.line(vec![(low, y), (high, y)], colour, width);
        for x in [low, high] {
            page.scene
                .line(vec![(x, y - 5.0), (x, y + 5.0)], colour, 1.8);
        }
    }
    if dots {
        if shown == e.value {
            page.scene.marks.push(Mark::Dot {
                at: (axis.x(shown), y),
                radius: 6.5,
                colour: fill(series),
                alpha: 1.0,
            });
        } else {
            draw_arrow(page, axis.x(shown), y, e.value.signum(), series);
        }
    }
    let baseline = centred(y, SMALL);
    let text = number(plot, e.value, axis.scale.step);
    let (at, anchor) = if dots {
        ((page.right, baseline), Anchor::End)
    } else if e.value < 0.0 && !plot.logarithmic {
        ((low.min(axis.x(0.0)) - 8.0, baseline), Anchor::End)
    } else {
        ((high.max(axis.x(0.0)) + 8.0, baseline), Anchor::Start)
    };
    let colour = if dots { MUTED } else { INK };
    page.label(text, at, SMALL, anchor, colour);
}

/// A triangle at the edge: the value lies beyond.
fn draw_arrow(page: &mut Page, x: f64, y: f64, direction: f64, series: &Series) {
    let points = vec![
        (x, y),
        (x - 13.0 * direction, y - 8.0),
        (x - 13.0 * direction, y + 8.0),
    ];
    page.scene.marks.push(Mark::Area {
        points,
        colour: fill(series),
        alpha: 1.0,
    });
}

#[cfg(test)]
mod tests {
    use super::{BAR, TickLabel, every};
    use crate::chart::{Chart, Estimate, Panel, Plot, Rows, Series, Shape};
    use crate::palette::BLUE;
    use crate::scene::Mark;

    /// As drawn: a bar begins where the one above ended, and the last at zero.
    #[test]
    fn steps_lead_to_their_sum() {
        let values = [40.0, -10.0, 5.0, 35.0];
        let plot = Rows {
            categories: values.iter().map(|v| v.to_string().into()).collect(),
            shape: Shape::Steps,
            signed: true,
            series: vec![Series::solid(
                "",
                BLUE,
                values.map(|v| Some(Estimate::exact(v))).to_vec(),
            )],
            ..Rows::default()
        };
        let chart = Chart {
            panels: vec![Panel::of(Plot::Rows(plot))],
            ..Chart::default()
        };
        let scene = crate::layout::lay_out(&chart, 1200.0);
        let bars: Vec<(f64, f64)> = scene
            .marks
            .iter()
            .filter_map(|mark| match mark {
                Mark::Block { frame, colour } if *colour == BLUE => Some((frame.left, frame.right)),
                _ => None,
            })
            .collect();
        let [first, second, third, sum] = bars[..] else {
            panic!("{bars:?}");
        };
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{bars:?}");
        let unit = (first.1 - first.0) / 40.0;
        near(second.1, first.1);
        near(second.0, first.1 - 10.0 * unit);
        near(third.0, second.0);
        near(third.1, third.0 + 5.0 * unit);
        near(sum.0, first.0);
        near(sum.1, third.1);
    }

    /// As drawn: the numbers of one row are as far apart as its bars or dots, and none comes near the next.
    #[test]
    fn every_number_stays_beside_its_own_bar() {
        for shape in [Shape::Grouped, Shape::Dots] {
            let series = [31.0, 32.0, 33.0, 34.0].map(|value| {
                let values = vec![Some(Estimate::new(value, 1.0))];
                Series::solid(value.to_string(), BLUE, values)
            });
            let plot = Rows {
                categories: vec!["row".into()],
                shape,
                series: series.to_vec(),
                ..Rows::default()
            };
            let chart = Chart {
                panels: vec![Panel::of(Plot::Rows(plot))],
                ..Chart::default()
            };
            let layout = chart.layout(crate::WIDTH);
            // In the legend above the plot the same texts are names.
            let numbers = layout.texts.iter().filter(|text| {
                let inside = text.frame.top > layout.plots[0].top;
                inside && ["31", "32", "33", "34"].contains(&text.text.as_str())
            });
            let numbers: Vec<_> = numbers.map(|text| text.frame).collect();
            assert_eq!(numbers.len(), 4, "{shape:?}");
            for pair in numbers.windows(2) {
                let (pitch, gap) = (pair[1].top - pair[0].top, pair[1].top - pair[0].bottom);
                assert!((pitch - BAR).abs() < 1e-9, "{shape:?}: {pitch}");
                assert!(gap >= 2.0, "{shape:?}: {gap} px between two numbers");
            }
        }
    }

    #[test]
    fn numbers_below_ticks_are_evenly_spaced_from_where_bars_begin() {
        let labels = |half: f64| {
            (0..7).map(move |tick| TickLabel {
                tick,
                x: 20.0 * tick as f64,
                half,
                text: String::new(),
            })
        };
        let shown = |half: f64, first: usize| -> Vec<usize> {
            let kept = every(labels(half).collect(), first);
            kept.into_iter().map(|label| label.tick).collect()
        };
        assert_eq!(shown(5.0, 3), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(shown(15.0, 3), [1, 3, 5]);
        assert_eq!(shown(15.0, 0), [0, 2, 4, 6]);
        assert_eq!(shown(25.0, 3), [0, 3, 6]);
        assert_eq!(shown(500.0, 3), [3]);
        assert!(every(Vec::new(), 0).is_empty());
    }
}
