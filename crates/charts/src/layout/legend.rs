//! The legend: a strip above the plots, so it never covers data.

use super::page::{LABEL, LEADING, Page, centred, wide};
use crate::chart::{Panel, Plot, Series, Shape};
use crate::dash::Dash;
use crate::font::{self, Weight};
use crate::palette::{self, Colour, INK, SHADE};
use crate::scene::{Anchor, Frame, Mark};

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Swatch {
    Line { colour: Colour, dash: Dash },
    Block(Colour),
    Dot(Colour),
}

impl Swatch {
    fn width(self) -> f64 {
        match self {
            Self::Line { .. } => 44.0,
            Self::Block(_) => 18.0,
            Self::Dot(_) => 14.0,
        }
    }
}

/// One name and its mark.
pub(super) type Entry = (String, Swatch);

const GAP: f64 = 9.0;
const BETWEEN: f64 = 28.0;

/// The fill of a bar of this series.
pub(super) fn fill(series: &Series) -> Colour {
    palette::shade(series.colour, series.dash)
}

pub(super) fn draw(page: &mut Page, entries: &[Entry]) {
    if entries.is_empty() {
        return;
    }
    let (top, mut x) = (page.y, page.left);
    let row = LEADING * LABEL + 4.0;
    let mut rightmost = page.left;
    for (label, swatch) in entries {
        let before = swatch.width() + GAP;
        let room = page.right - page.left - before;
        // A name too long for a line has several to itself: its end may be what tells it apart.
        let lines = font::wrap(label, LABEL, Weight::Regular, room, 4);
        let widest = lines.iter().map(|l| wide(l, LABEL)).fold(0.0, f64::max);
        let needs = before + widest;
        if x > page.left && (x + needs > page.right || lines.len() > 1) {
            x = page.left;
            page.y += row;
        }
        let middle = page.y + row / 2.0;
        draw_swatch(page, *swatch, x, middle);
        rightmost = rightmost.max(x + needs);
        for (i, line) in lines.iter().enumerate() {
            if i > 0 {
                page.y += LEADING * LABEL;
            }
            let at = (x + before, centred(page.y + row / 2.0, LABEL));
            page.label(line.clone(), at, LABEL, Anchor::Start, INK);
        }
        x = if lines.len() > 1 {
            page.right
        } else {
            x + needs + BETWEEN
        };
    }
    page.y += row;
    page.scene.legends.push(Frame {
        left: page.left,
        top,
        right: rightmost,
        bottom: page.y,
    });
    page.y += 4.0;
}

fn draw_swatch(page: &mut Page, swatch: Swatch, x: f64, middle: f64) {
    let end = x + swatch.width();
    match swatch {
        Swatch::Line { colour, dash } => page.scene.marks.push(Mark::Path {
            points: vec![(x, middle), (end, middle)],
            colour,
            width: 3.5,
            dash,
        }),
        Swatch::Block(colour) => {
            page.scene
                .block((x, middle - 9.0), (end, middle + 9.0), colour);
        }
        Swatch::Dot(colour) => page.scene.marks.push(Mark::Dot {
            at: ((x + end) / 2.0, middle),
            radius: 7.0,
            colour,
            alpha: 1.0,
        }),
    }
}

/// What needs explaining, each once, in order of appearance.
pub(super) fn entries(panels: &[Panel]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut add = |label: &str, swatch: Swatch| {
        let entry = (label.to_owned(), swatch);
        if !label.is_empty() && !entries.contains(&entry) {
            entries.push(entry);
        }
    };
    for panel in panels {
        match &panel.plot {
            Plot::Lines(plot) => {
                for s in &plot.series {
                    add(
                        &s.label,
                        Swatch::Line {
                            colour: s.colour,
                            dash: s.dash,
                        },
                    );
                }
            }
            Plot::Columns(plot) => plot
                .series
                .iter()
                .for_each(|s| add(&s.label, Swatch::Block(fill(s)))),
            Plot::Rows(plot) => {
                for s in &plot.series {
                    let swatch = match plot.shape {
                        Shape::Dots => Swatch::Dot(fill(s)),
                        Shape::Grouped | Shape::Stacked | Shape::Steps => Swatch::Block(fill(s)),
                    };
                    add(&s.label, swatch);
                }
                if let Some(band) = &plot.band {
                    add(&band.label, Swatch::Block(SHADE));
                }
            }
            Plot::Scatter(plot) => plot
                .clouds
                .iter()
                .for_each(|c| add(&c.label, Swatch::Dot(c.colour))),
            Plot::Matrix(_) => {}
        }
    }
    entries
}
