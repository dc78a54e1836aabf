//! The page that plots are put on, and what they all ask of text.

use crate::font::{self, Weight};
use crate::palette::{Colour, MUTED};
use crate::scene::{ASCENT, Anchor, DESCENT, Scene, Text};

/// Em size of labels [px]; as those of titles it is chosen for 1200 px.
pub const LABEL: f64 = 18.0;
/// Em size of values, notes and captions [px].
pub const SMALL: f64 = 16.0;

/// Distance of baselines, in em.
pub const LEADING: f64 = 1.32;

/// The page as it fills from top to bottom; `y` is where the next thing begins.
pub struct Page {
    pub scene: Scene,
    pub left: f64,
    pub right: f64,
    pub y: f64,
}

impl Page {
    /// Wrapped text over the whole width.
    pub fn paragraph(&mut self, text: &str, em: f64, weight: Weight, colour: Colour, most: usize) {
        for line in font::wrap(text, em, weight, self.right - self.left, most) {
            self.scene.text(Text {
                text: line,
                at: (self.left, self.y + ASCENT * em),
                em,
                weight,
                anchor: Anchor::Start,
                colour,
            });
            self.y += LEADING * em;
        }
    }

    /// One short label with its baseline at `at`.
    pub fn label(&mut self, text: String, at: (f64, f64), em: f64, anchor: Anchor, colour: Colour) {
        self.scene.text(Text {
            text,
            at,
            em,
            weight: Weight::Regular,
            anchor,
            colour,
        });
    }

    /// A muted axis title in a strip of its own.
    pub fn axis_title(&mut self, text: &str, left: f64) {
        if text.is_empty() {
            return;
        }
        for line in font::wrap(text, SMALL, Weight::Regular, self.right - left, 2) {
            let at = (left, self.y + ASCENT * SMALL);
            self.label(line, at, SMALL, Anchor::Start, MUTED);
            self.y += LEADING * SMALL;
        }
    }
}

/// Width of a label [px].
pub fn wide(text: &str, em: f64) -> f64 {
    font::width(text, em, Weight::Regular)
}

/// Baseline of a line of text whose capitals stand centred on `y`.
pub fn centred(y: f64, em: f64) -> f64 {
    y + 0.364 * em
}

/// Height of the box of a line of text [px].
pub fn line_height(em: f64) -> f64 {
    (ASCENT + DESCENT) * em
}

/// Which of `labels`, centred at `places`, can be shown without touching: every `n`-th, with the smallest `n` of a round kind; where
/// the last is to be among them, one that leads there.
pub fn shown_labels(labels: &[String], places: &[f64], em: f64, last: bool) -> Vec<usize> {
    const GAP: f64 = 14.0;
    const EVERY: [usize; 14] = [1, 2, 3, 5, 7, 10, 14, 15, 20, 30, 60, 90, 180, 365];
    let boxes: Vec<(f64, f64)> = labels
        .iter()
        .zip(places)
        .map(|(label, x)| {
            let half = wide(label, em) / 2.0;
            (x - half, x + half)
        })
        .collect();
    let fits = |every: usize| {
        let kept: Vec<_> = boxes.iter().step_by(every).collect();
        kept.windows(2).all(|pair| pair[0].1 + GAP <= pair[1].0)
    };
    let leads = |n: &usize| !last || labels.len() % n == 1 % n;
    let every = EVERY
        .into_iter()
        .filter(leads)
        .find(|n| fits(*n))
        .unwrap_or(labels.len().max(1));
    (0..boxes.len()).step_by(every).collect()
}
