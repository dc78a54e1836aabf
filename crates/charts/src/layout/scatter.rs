//! Dots over two axes.

use super::lines::{axis_line, plot_height, step_labels, value_axis};
use super::page::Page;
use crate::chart::{Cloud, Scatter};
use crate::scale::Scale;
use crate::scene::Mark;

/// Space between the outermost dots and the plot's edges [px].
const INSET: f64 = 10.0;

/// How large dots are, and how much of what is behind them they hide: the more, the smaller and paler, so that a crowd is darker than
/// a few.
fn look(dots: usize) -> (f64, f64) {
    match dots {
        0..=60 => (6.5, 0.85),
        61..=400 => (5.0, 0.6),
        _ => (3.5, 0.35),
    }
}

pub(super) fn draw(page: &mut Page, plot: &Scatter) {
    let height = plot_height(page, 400.0);
    let dots = |cloud: &Cloud| -> Vec<[f64; 2]> { cloud.shown(plot.x_logarithmic).collect() };
    let all: Vec<[f64; 2]> = plot.clouds.iter().flat_map(dots).collect();
    let room = page.right - page.left;
    let y = Scale::around(all.iter().map(|d| d[1]), (height / 80.0).max(3.0));
    let values = all.iter().map(|d| d[0]);
    let x = match plot.x_logarithmic {
        true => Scale::rounds(values),
        false => Scale::between(values, (room / 130.0).clamp(2.0, 8.0)),
    };
    page.axis_title(&plot.y_title, page.left);
    let frame = value_axis(page, &y, plot.y_unit, height);
    let wide = frame.width() - 2.0 * INSET;
    let x_of = |value: f64| frame.left + INSET + x.part(value) * wide;
    let y_of = |value: f64| frame.bottom - y.part(value) * height;
    let places: Vec<f64> = x.ticks.iter().map(|tick| x_of(*tick)).collect();
    for (tick, place) in x.ticks.iter().zip(&places) {
        let (colour, width) = axis_line(*tick);
        let line = vec![(*place, frame.top), (*place, frame.bottom)];
        page.scene.line(line, colour, width);
    }
    let (radius, alpha) = look(all.len());
    for cloud in &plot.clouds {
        for [right, up] in dots(cloud) {
            page.scene.marks.push(Mark::Dot {
                at: (x_of(right), y_of(up)),
                radius,
                colour: cloud.colour,
                alpha,
            });
        }
    }
    let label = |tick: &f64| plot.x_unit.format_tick(*tick, x.step, x.largest());
    let labels: Vec<String> = x.ticks.iter().map(label).collect();
    step_labels(page, frame, &labels, &places, false);
    page.y += 4.0;
    page.axis_title(&plot.x_title, page.left);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{Chart, Panel, Plot};
    use crate::palette::BLUE;
    use crate::unit::Unit;

    /// As drawn: to the right and upwards is more, and what is no number is not there.
    #[test]
    fn dots_stand_where_their_numbers_are() {
        for x_logarithmic in [false, true] {
            let plot = Scatter {
                x_unit: Unit::Plain,
                x_logarithmic,
                clouds: vec![Cloud {
                    label: String::new(),
                    colour: BLUE,
                    dots: vec![
                        [2.0, 30.0],
                        [4.0, -10.0],
                        [8.0, 50.0],
                        [f64::NAN, 1.0],
                        [3.0, f64::INFINITY],
                    ],
                }],
                ..Scatter::default()
            };
            let chart = Chart {
                panels: vec![Panel::of(Plot::Scatter(plot))],
                ..Chart::default()
            };
            assert_eq!(chart.data().len(), 3);
            let scene = crate::layout::lay_out(&chart, 1200.0);
            let dots: Vec<(f64, f64)> = scene
                .marks
                .iter()
                .filter_map(|mark| match mark {
                    Mark::Dot { at, .. } => Some(*at),
                    _ => None,
                })
                .collect();
            let [first, second, third] = dots[..] else {
                panic!("{dots:?}");
            };
            let steps = (second.0 - first.0, third.0 - second.0);
            let expected = if x_logarithmic { 1.0 } else { 2.0 };
            assert!((steps.1 / steps.0 - expected).abs() < 1e-9, "{dots:?}");
            assert!(((second.1 - first.1) / (second.1 - third.1) - 40.0 / 60.0).abs() < 1e-9);
            let frame = scene.plots[0];
            let inside = |dot: &(f64, f64)| {
                (frame.left..=frame.right).contains(&dot.0)
                    && (frame.top..=frame.bottom).contains(&dot.1)
            };
            assert!(dots.iter().all(inside), "{dots:?} {frame:?}");
        }
    }
}
