//! Numbers in cells.

use super::page::{LABEL, LEADING, Page, SMALL, centred, line_height, wide};
use crate::chart::Matrix;
use crate::font::{self, Weight};
use crate::palette::{self, INK, MUTED};
use crate::scene::{ASCENT, Anchor, Frame};

/// Height of a cell [px]; where there are many rows, lower.
const CELL: f64 = 54.0;
const LOW_CELL: f64 = 34.0;
/// More rows than this are many.
const FEW: usize = 8;
const GAP: f64 = 3.0;

/// What all blocks of columns share.
struct Grid<'a> {
    plot: &'a Matrix,
    /// Names of the rows, in lines.
    names: Vec<Vec<String>>,
    em: f64,
    left: f64,
    cell: f64,
    /// Width of a column.
    column: f64,
    largest: f64,
}

pub(super) fn draw(page: &mut Page, plot: &Matrix) {
    let most = 0.34 * (page.right - page.left);
    let (em, low) = if plot.rows.len() > FEW {
        (SMALL, LOW_CELL)
    } else {
        (LABEL, CELL)
    };
    let names: Vec<Vec<String>> = plot
        .rows
        .iter()
        .map(|r| font::wrap(r, em, Weight::Regular, most, 4))
        .collect();
    let lines = names.iter().map(Vec::len).max().unwrap_or(1);
    let widest = names.iter().flatten().map(|n| wide(n, em));
    let gutter = widest.fold(wide(&plot.row_title, SMALL).min(most), f64::max);
    let left = page.left + gutter + 14.0;
    let room = page.right - left;
    let per_block = columns_in(plot, room);
    let grid = Grid {
        plot,
        em,
        left,
        cell: low.max(lines as f64 * 1.2 * em + GAP + 2.0),
        column: room / per_block as f64,
        names,
        largest: largest(plot),
    };
    // Without columns, the names of the rows alone.
    let all: Vec<usize> = (0..plot.columns.len()).collect();
    let mut blocks: Vec<&[usize]> = all.chunks(per_block).collect();
    if blocks.is_empty() {
        blocks.push(&[]);
    }
    for (i, columns) in blocks.into_iter().enumerate() {
        page.y += if i == 0 { 0.0 } else { 14.0 };
        draw_heads(page, &grid, columns);
        draw_cells(page, &grid, columns);
    }
}

/// How many columns stand side by side, none narrower than its numbers and the longest word above them; the fewest blocks, evenly
/// filled.
fn columns_in(plot: &Matrix, room: f64) -> usize {
    let numbers = plot.cells.iter().flatten().flatten();
    let numbers = numbers.map(|v| wide(&plot.unit.format(*v), SMALL) + 12.0);
    let words = plot.columns.iter().flat_map(|c| c.split_whitespace());
    let words = words.map(|word| wide(word, SMALL) + 10.0);
    let least = numbers.chain(words).fold(56.0, f64::max);
    let most = (room / least).floor().max(1.0) as usize;
    let count = plot.columns.len().max(1);
    count.div_ceil(count.div_ceil(most))
}

fn draw_heads(page: &mut Page, grid: &Grid<'_>, columns: &[usize]) {
    let plot = grid.plot;
    let room = page.right - grid.left;
    if !plot.column_title.is_empty() {
        let baseline = page.y + ASCENT * SMALL;
        let title = font::shorten(&plot.column_title, SMALL, Weight::Regular, room);
        page.label(title, (grid.left, baseline), SMALL, Anchor::Start, MUTED);
        page.y += line_height(SMALL) + 6.0;
    }
    let short = columns
        .iter()
        .all(|j| wide(&plot.columns[*j], LABEL) <= grid.column - 6.0);
    let em = if short { LABEL } else { SMALL };
    let heads: Vec<Vec<String>> = columns
        .iter()
        .map(|j| font::wrap(&plot.columns[*j], em, Weight::Regular, grid.column - 6.0, 3))
        .collect();
    let lines = heads.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let last = page.y + LEADING * em * (lines - 1) as f64 + ASCENT * em;
    let room = grid.left - 14.0 - page.left;
    let title = font::shorten(&plot.row_title, SMALL, Weight::Regular, room);
    page.label(title, (grid.left - 14.0, last), SMALL, Anchor::End, MUTED);
    for (j, head) in heads.into_iter().enumerate() {
        let x = grid.left + grid.column * (j as f64 + 0.5);
        let first = last - LEADING * em * head.len().saturating_sub(1) as f64;
        for (k, line) in head.into_iter().enumerate() {
            let y = first + LEADING * em * k as f64;
            page.label(line, (x, y), em, Anchor::Middle, INK);
        }
    }
    page.y = last + line_height(em) - ASCENT * em + 6.0;
}

fn draw_cells(page: &mut Page, grid: &Grid<'_>, columns: &[usize]) {
    let (plot, column) = (grid.plot, grid.column);
    let frame = Frame {
        left: grid.left,
        top: page.y,
        right: grid.left + column * columns.len() as f64,
        bottom: page.y + grid.cell * plot.rows.len() as f64,
    };
    for (i, name) in grid.names.iter().enumerate() {
        let top = frame.top + grid.cell * i as f64;
        let middle = top + (grid.cell - GAP) / 2.0;
        let mut y = middle - 0.6 * grid.em * (name.len() as f64 - 1.0);
        for line in name {
            let at = (grid.left - 14.0, centred(y, grid.em));
            page.label(line.clone(), at, grid.em, Anchor::End, INK);
            y += 1.2 * grid.em;
        }
        for (k, j) in columns.iter().enumerate() {
            let x = grid.left + column * k as f64;
            let value = cell(plot, i, *j);
            // The square root spreads small values; the numbers say the rest.
            let part = value.map_or(0.0, |v| (v.abs() / grid.largest).sqrt());
            let (fill, ink) = palette::heat(part);
            let corner = (x + column - GAP, top + grid.cell - GAP);
            page.scene.block((x, top), corner, fill);
            let text = value.map_or_else(|| "–".to_owned(), |v| plot.unit.format(v));
            let em = if wide(&text, grid.em) <= column - 10.0 {
                grid.em
            } else {
                SMALL
            };
            let text = font::shorten(&text, em, Weight::Regular, column - 8.0);
            let at = (x + (column - GAP) / 2.0, centred(middle, em));
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
