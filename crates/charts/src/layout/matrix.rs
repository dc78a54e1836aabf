//! Numbers in cells.

use super::{LABEL, Page, SMALL, centred, line_height, wide};
use crate::chart::Matrix;
use crate::font::{self, Weight};
use crate::palette::{self, INK, MUTED};
use crate::scene::{ASCENT, Anchor, Frame};

const CELL: f64 = 54.0;
const GAP: f64 = 3.0;

pub(super) fn draw(page: &mut Page, plot: &Matrix) {
    let most = 0.34 * (page.right - page.left);
    let names: Vec<String> = plot
        .rows
        .iter()
        .map(|r| font::shorten(r, LABEL, Weight::Regular, most))
        .collect();
    let widest = names.iter().map(|n| wide(n, LABEL)).fold(0.0, f64::max);
    let gutter = widest.max(wide(&plot.row_title, SMALL).min(most));
    let left = page.left + gutter + 14.0;
    let column = (page.right - left) / plot.columns.len().max(1) as f64;

    let baseline = page.y + ASCENT * SMALL;
    let row_title = font::shorten(&plot.row_title, SMALL, Weight::Regular, most);
    let room = page.right - left;
    let column_title = font::shorten(&plot.column_title, SMALL, Weight::Regular, room);
    page.label(column_title, (left, baseline), SMALL, Anchor::Start, MUTED);
    page.y += line_height(SMALL) + 6.0;
    let baseline = page.y + ASCENT * LABEL;
    let title_at = (left - 14.0, baseline);
    page.label(row_title, title_at, SMALL, Anchor::End, MUTED);
    for (j, name) in plot.columns.iter().enumerate() {
        let name = font::shorten(name, LABEL, Weight::Regular, column - 6.0);
        let x = left + column * (j as f64 + 0.5);
        page.label(name, (x, baseline), LABEL, Anchor::Middle, INK);
    }
    page.y += line_height(LABEL) + 6.0;

    let frame = Frame {
        left,
        top: page.y,
        right: page.right,
        bottom: page.y + CELL * plot.rows.len() as f64,
    };
    let largest = largest(plot);
    for (i, name) in names.into_iter().enumerate() {
        let top = frame.top + CELL * i as f64;
        let middle = top + CELL / 2.0;
        let at = (left - 14.0, centred(middle, LABEL));
        page.label(name, at, LABEL, Anchor::End, INK);
        for j in 0..plot.columns.len() {
            let x = left + column * j as f64;
            let value = cell(plot, i, j);
            // The square root spreads small values; the numbers say the rest.
            let part = value.map_or(0.0, |v| (v.abs() / largest).sqrt());
            let (fill, ink) = palette::heat(part);
            let corner = (x + column - GAP, top + CELL - GAP);
            page.scene.block((x, top), corner, fill);
            let text = value.map_or_else(|| "–".to_owned(), |v| plot.unit.format(v));
            let em = if wide(&text, LABEL) <= column - 10.0 {
                LABEL
            } else {
                SMALL
            };
            let text = font::shorten(&text, em, Weight::Regular, column - 8.0);
            let at = (x + (column - GAP) / 2.0, centred(middle - GAP / 2.0, em));
            page.label(text, at, em, Anchor::Middle, ink);
        }
    }
    page.scene.plots.push(frame);
    page.y = frame.bottom;
}

fn cell(plot: &Matrix, row: usize, column: usize) -> Option<f64> {
    let value = plot.cells.get(row)?.get(column).copied().flatten()?;
    value.is_finite().then_some(value)
}

fn largest(plot: &Matrix) -> f64 {
    let cells = plot.cells.iter().flatten().flatten();
    let largest = cells
        .chain([&plot.reach])
        .map(|v| v.abs())
        .filter(|v| v.is_finite())
        .fold(0.0, f64::max);
    if largest > 0.0 { largest } else { 1.0 }
}
