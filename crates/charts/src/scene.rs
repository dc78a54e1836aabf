//! Marks at their places: what layout makes and drawing reads.

use crate::dash::Dash;
use crate::font::{self, Weight};
use crate::palette::{self, Colour};

/// Marks on a page of `width × height` px, from back to front.
#[derive(Debug)]
pub(crate) struct Scene {
    pub width: f64,
    pub height: f64,
    pub paper: Colour,
    pub marks: Vec<Mark>,
    pub plots: Vec<Frame>,
    pub legends: Vec<Frame>,
}

#[derive(Debug)]
pub(crate) enum Mark {
    /// A filled rectangle.
    Block {
        frame: Frame,
        colour: Colour,
    },
    /// A line through points.
    Path {
        points: Vec<(f64, f64)>,
        colour: Colour,
        width: f64,
        dash: Dash,
    },
    /// A filled shape.
    Area {
        points: Vec<(f64, f64)>,
        colour: Colour,
        alpha: f64,
    },
    /// A filled circle.
    Dot {
        at: (f64, f64),
        radius: f64,
        colour: Colour,
        alpha: f64,
    },
    Text(Text),
}

impl Mark {
    /// What it is drawn in.
    pub fn colour(&mut self) -> &mut Colour {
        match self {
            Mark::Block { colour, .. }
            | Mark::Path { colour, .. }
            | Mark::Area { colour, .. }
            | Mark::Dot { colour, .. } => colour,
            Mark::Text(text) => &mut text.colour,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// One line of text. `at` is its anchor on the baseline.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub text: String,
    pub at: (f64, f64),
    pub em: f64,
    pub weight: Weight,
    pub anchor: Anchor,
    pub colour: Colour,
}

/// Height above the baseline that a line of text occupies, in em: capitals with an accent.
pub(crate) const ASCENT: f64 = 0.80;
/// Depth below the baseline, in em.
pub(crate) const DESCENT: f64 = 0.24;

impl Text {
    /// The box it occupies.
    pub fn frame(&self) -> Frame {
        let width = font::width(&self.text, self.em, self.weight);
        let left = match self.anchor {
            Anchor::Start => self.at.0,
            Anchor::Middle => self.at.0 - width / 2.0,
            Anchor::End => self.at.0 - width,
        };
        Frame {
            left,
            top: self.at.1 - ASCENT * self.em,
            right: left + width,
            bottom: self.at.1 + DESCENT * self.em,
        }
    }
}

/// A rectangle, in px; y grows downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
}

impl Frame {
    /// Whether two rectangles share more than an edge.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    pub(crate) fn width(&self) -> f64 {
        self.right - self.left
    }
}

/// The box a piece of text occupies.
#[derive(Debug, Clone, PartialEq)]
pub struct TextBox {
    /// The text as drawn, after wrapping and shortening.
    pub text: String,
    /// Its box.
    pub frame: Frame,
}

/// Where a chart puts things; for tests, and for pages that need the height.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// Width of the page, in px.
    pub width: f64,
    /// Height of the page, in px.
    pub height: f64,
    /// Every piece of text.
    pub texts: Vec<TextBox>,
    /// The data areas.
    pub plots: Vec<Frame>,
    /// The legends: one for the chart, or one per panel where panels differ.
    pub legends: Vec<Frame>,
}

impl Scene {
    /// An empty page, still without height.
    pub fn new(width: f64) -> Self {
        Self {
            width,
            height: 0.0,
            paper: palette::PAPER,
            marks: Vec::new(),
            plots: Vec::new(),
            legends: Vec::new(),
        }
    }

    /// An unbroken line through points.
    pub fn line(&mut self, points: Vec<(f64, f64)>, colour: Colour, width: f64) {
        self.marks.push(Mark::Path {
            points,
            colour,
            width,
            dash: Dash::Solid,
        });
    }

    /// A filled rectangle between two corners, in any order.
    pub fn block(&mut self, a: (f64, f64), b: (f64, f64), colour: Colour) {
        let frame = Frame {
            left: a.0.min(b.0),
            top: a.1.min(b.1),
            right: a.0.max(b.0),
            bottom: a.1.max(b.1),
        };
        self.marks.push(Mark::Block { frame, colour });
    }

    /// A line of text. Control characters, which XML forbids, become spaces.
    pub fn text(&mut self, mut text: Text) {
        text.text = text
            .text
            .chars()
            .map(|c| {
                if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') {
                    ' '
                } else {
                    c
                }
            })
            .collect();
        if !text.text.trim().is_empty() {
            self.marks.push(Mark::Text(text));
        }
    }

    /// The boxes of all text, and the frames.
    pub fn layout(&self) -> Layout {
        let texts = self
            .marks
            .iter()
            .filter_map(|mark| match mark {
                Mark::Text(text) => Some(TextBox {
                    text: text.text.clone(),
                    frame: text.frame(),
                }),
                _ => None,
            })
            .collect();
        Layout {
            width: self.width,
            height: self.height,
            texts,
            plots: self.plots.clone(),
            legends: self.legends.clone(),
        }
    }
}
