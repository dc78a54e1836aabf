//! Lines over steps, with bands.

use super::page::{LABEL, LEADING, Page, SMALL, centred, line_height, shown_labels, wide};
use crate::chart::{Estimate, Lines, Marker, Series};
use crate::dash::Dash;
use crate::font::{self, Weight};
use crate::palette::{AXIS, Colour, GRID, INK, MUTED};
use crate::scale::Scale;
use crate::scene::{ASCENT, Anchor, Frame, Mark};
use crate::unit::Unit;

/// Space between a plot and the labels below it [px]: more than what the lowest number left of the axis hangs down.
const BELOW: f64 = 13.0;

/// Colour and width of a grid line: that of zero stands out.
pub(super) fn axis_line(tick: f64) -> (Colour, f64) {
    if tick == 0.0 {
        (AXIS, 1.5)
    } else {
        (GRID, 1.0)
    }
}

/// Draws the value axis of an upright plot: grid lines over the whole width and numbers left of them. Returns the plot's frame.
pub(super) fn value_axis(page: &mut Page, scale: &Scale, unit: Unit, height: f64) -> Frame {
    let labels: Vec<String> = scale
        .ticks
        .iter()
        .map(|t| unit.format_tick(*t, scale.step, scale.largest()))
        .collect();
    let gutter = labels.iter().map(|l| wide(l, LABEL)).fold(0.0, f64::max);
    // Half a line of text hangs over the top tick.
    let top = page.y + line_height(LABEL) / 2.0;
    let frame = Frame {
        left: page.left + gutter + 12.0,
        top,
        right: page.right,
        bottom: top + height,
    };
    for (label, tick) in labels.into_iter().zip(&scale.ticks) {
        let y = frame.bottom - scale.part(*tick) * height;
        let (colour, width) = axis_line(*tick);
        page.scene
            .line(vec![(frame.left, y), (frame.right, y)], colour, width);
        let at = (frame.left - 12.0, centred(y, LABEL));
        page.label(label, at, LABEL, Anchor::End, MUTED);
    }
    page.scene.plots.push(frame);
    frame
}

/// Height of an upright plot on a page or in a cell so wide.
pub(super) fn plot_height(page: &Page, whole: f64) -> f64 {
    match page.right - page.left {
        wide if wide >= 700.0 => whole,
        wide if wide >= 420.0 => 0.8 * whole,
        _ => 0.5 * whole,
    }
}

/// Numbers or dates below an upright plot, as many as fit, pushed inwards at the edges. Below them their second lines, where these
/// change. Whether the last is to be among them is for `last` to say.
pub(super) fn step_labels(
    page: &mut Page,
    frame: Frame,
    labels: &[String],
    places: &[f64],
    last: bool,
) {
    let baseline = frame.bottom + BELOW + ASCENT * LABEL;
    let lines: Vec<(&str, &str)> = labels
        .iter()
        .map(|l| l.split_once('\n').unwrap_or((l, "")))
        .collect();
    let firsts: Vec<String> = lines.iter().map(|(first, _)| (*first).into()).collect();
    let mut end = f64::NEG_INFINITY;
    let (mut second_end, mut shown) = (f64::NEG_INFINITY, "");
    let room = page.right - page.left;
    for i in shown_labels(&firsts, places, LABEL, last) {
        let label = font::shorten(&firsts[i], LABEL, Weight::Regular, room);
        let half = wide(&label, LABEL) / 2.0;
        let x = places[i].min(page.right - half).max(page.left + half);
        if x - half < end + 6.0 {
            continue;
        }
        end = x + half;
        page.label(label, (x, baseline), LABEL, Anchor::Middle, MUTED);
        let second = font::shorten(lines[i].1, LABEL, Weight::Regular, room);
        let half = wide(&second, LABEL) / 2.0;
        let x = x.min(page.right - half).max(page.left + half);
        if lines[i].1 != shown && x - half >= second_end + 6.0 {
            let at = (x, baseline + LEADING * LABEL);
            page.label(second, at, LABEL, Anchor::Middle, MUTED);
            (second_end, shown) = (x + half, lines[i].1);
        }
    }
    page.y = frame.bottom + BELOW + line_height(LABEL);
    if lines.iter().any(|(_, second)| !second.is_empty()) {
        page.y += LEADING * LABEL;
    }
}

pub(super) fn draw(page: &mut Page, plot: &Lines) {
    let height = plot_height(page, 400.0);
    let bounds = plot.series.iter().flat_map(|s| {
        (0..plot.steps.len())
            .filter_map(|i| s.at(i))
            .flat_map(|e| <[f64; 2]>::from(e.ends(false)))
    });
    let scale = Scale::around(bounds.chain([plot.reach]), (height / 80.0).max(3.0));
    page.axis_title(&plot.y_title, page.left);
    let marker = plot.marker.as_ref().filter(|m| m.at < plot.steps.len());
    // The marker's label has a strip of its own between axis title and plot.
    let strip = page.y + 4.0;
    if marker.is_some_and(|m| !m.label.is_empty()) {
        page.y = strip + LEADING * SMALL;
    }
    let frame = value_axis(page, &scale, plot.unit, height);
    let places = places(plot.steps.len(), frame);
    let y_of = |value: f64| frame.bottom - scale.part(value) * height;
    if let Some(marker) = marker {
        draw_marker(page, marker, places[marker.at], strip, frame);
    }
    let all = || {
        let of = |series| {
            runs(series, places.len())
                .into_iter()
                .map(move |run| (series, run))
        };
        plot.series.iter().flat_map(of)
    };
    let points = |series, run: &[usize]| match plot.curve {
        true => measured(series, run),
        false => stepped(series, run),
    };
    for (series, run) in all() {
        draw_band(page, series, points(series, &run), &places, y_of);
    }
    for (series, run) in all() {
        draw_run(page, series, points(series, &run), &places, y_of);
    }
    step_labels(page, frame, &plot.steps, &places, plot.curve);
    if !plot.x_title.is_empty() {
        page.y += 8.0;
        page.axis_title(&plot.x_title, frame.left);
    }
}

fn places(steps: usize, frame: Frame) -> Vec<f64> {
    let inset = 10.0;
    let room = frame.width() - 2.0 * inset;
    (0..steps)
        .map(|i| match steps {
            1 => frame.left + frame.width() / 2.0,
            _ => frame.left + inset + room * i as f64 / (steps - 1) as f64,
        })
        .collect()
}

/// Stretches of steps without a gap.
fn runs(series: &Series, steps: usize) -> Vec<Vec<usize>> {
    let mut runs = vec![Vec::new()];
    for i in 0..steps {
        match (series.at(i), runs.last_mut()) {
            (Some(_), Some(run)) => run.push(i),
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// The values of a run.
fn measured(series: &Series, run: &[usize]) -> Vec<(usize, Estimate)> {
    run.iter()
        .filter_map(|i| Some((*i, series.at(*i)?)))
        .collect()
}

/// The values of a run, and one more where it leaves the zeros it began with: there it steps up at once, as what begins on a day
/// has not grown in the night before. A zero without an interval is no measurement but a rule not yet in force.
fn stepped(series: &Series, run: &[usize]) -> Vec<(usize, Estimate)> {
    let mut points = measured(series, run);
    let nothing = Estimate::exact(0.0);
    let zeros = points.iter().take_while(|(_, e)| *e == nothing).count();
    if zeros > 0 && zeros < points.len() {
        points.insert(zeros, (points[zeros].0, nothing));
    }
    points
}

fn draw_band(
    page: &mut Page,
    series: &Series,
    values: Vec<(usize, Estimate)>,
    places: &[f64],
    y_of: impl Fn(f64) -> f64,
) {
    if values.len() < 2 || values.iter().all(|(_, e)| e.is_exact()) {
        return;
    }
    let ends = values.iter().map(|(i, e)| (places[*i], e.ends(false)));
    let mut points: Vec<_> = ends.clone().map(|(x, (_, v))| (x, y_of(v))).collect();
    points.extend(ends.rev().map(|(x, (v, _))| (x, y_of(v))));
    page.scene.marks.push(Mark::Area {
        points,
        colour: series.colour,
        alpha: 0.2,
    });
}

fn draw_run(
    page: &mut Page,
    series: &Series,
    values: Vec<(usize, Estimate)>,
    places: &[f64],
    y_of: impl Fn(f64) -> f64,
) {
    let point = |(i, e): &(usize, Estimate)| (places[*i], y_of(e.value));
    let points: Vec<_> = values.iter().map(point).collect();
    if let ([alone], [(_, e)]) = (&points[..], &values[..]) {
        let alone = *alone;
        if !e.is_exact() {
            let (low, high) = e.ends(false);
            let ends = vec![(alone.0, y_of(low)), (alone.0, y_of(high))];
            page.scene.line(ends, series.colour, 2.0);
        }
        page.scene.marks.push(Mark::Dot {
            at: alone,
            radius: 5.0,
            colour: series.colour,
            alpha: 1.0,
        });
        return;
    }
    page.scene.marks.push(Mark::Path {
        points,
        colour: series.colour,
        width: 3.0,
        dash: series.dash,
    });
}

fn draw_marker(page: &mut Page, marker: &Marker, x: f64, strip: f64, frame: Frame) {
    let room = page.right - page.left - 24.0;
    let label = font::shorten(&marker.label, SMALL, Weight::Regular, room);
    let wide = wide(&label, SMALL);
    let baseline = strip + ASCENT * SMALL;
    // Beside the line, or else above it.
    let (at, anchor, top) = if x + 8.0 + wide <= page.right {
        (x + 8.0, Anchor::Start, strip)
    } else if x - 8.0 - wide >= page.left {
        (x - 8.0, Anchor::End, strip)
    } else {
        (page.left, Anchor::Start, frame.top)
    };
    page.scene.marks.push(Mark::Path {
        points: vec![(x, top), (x, frame.bottom)],
        colour: INK,
        width: 1.5,
        dash: Dash::Dashed,
    });
    page.label(label, (at, baseline), SMALL, anchor, INK);
}
