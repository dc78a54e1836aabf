//! Colours that people with any colour vision can tell apart.
//!
//! Series colours: M. Okabe and K. Ito, "Color Universal Design" (2008). Yellow is left out: it vanishes on white.

use crate::dash::Dash;

/// A colour as red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

/// Okabe-Ito blue.
pub const BLUE: Colour = Colour(0, 114, 178);
/// Okabe-Ito vermillion.
pub const VERMILLION: Colour = Colour(213, 94, 0);
/// Okabe-Ito bluish green.
pub const GREEN: Colour = Colour(0, 158, 115);
/// Okabe-Ito orange.
pub const ORANGE: Colour = Colour(230, 159, 0);
/// Okabe-Ito reddish purple.
pub const PURPLE: Colour = Colour(204, 121, 167);
/// Okabe-Ito sky blue.
pub const SKY: Colour = Colour(86, 180, 233);
/// For what is present but not the subject.
pub const GREY: Colour = Colour(153, 160, 168);

/// The page behind a chart.
pub const PAPER: Colour = Colour(255, 255, 255);
/// Titles and values.
pub const INK: Colour = Colour(27, 31, 36);
/// Labels and captions.
pub const MUTED: Colour = Colour(87, 96, 106);
/// The line where a value is zero, and frames.
pub const AXIS: Colour = Colour(140, 149, 159);
/// Grid lines.
pub const GRID: Colour = Colour(223, 227, 232);
/// A band that says "within tolerance".
pub const SHADE: Colour = Colour(236, 241, 246);
/// Text on a pale cell of a matrix; unlike [`INK`] it must not change where the page turns dark.
pub const ON_PALE: Colour = Colour(16, 20, 24);
/// Text on a dark cell of a matrix.
pub const ON_DARK: Colour = Colour(254, 254, 254);

const SERIES: [Colour; 7] = [BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, GREY];

/// The colour of the `index`-th series. Colours return after seven: draw no more side by side, or see [`style`].
pub fn series(index: usize) -> Colour {
    SERIES[index % SERIES.len()]
}

/// Colour and dash of the `index`-th line. Neighbours differ in both, so that they stay apart in grey; as seven and four have no
/// common divisor, the first 28 are all different.
pub fn style(index: usize) -> (Colour, Dash) {
    (series(index), Dash::ALL[index % Dash::ALL.len()])
}

impl Colour {
    /// The mix of two colours: `self` at `t = 0`, `other` at `t = 1`.
    pub fn mix(self, other: Self, t: f64) -> Self {
        let t = t.clamp(0.0, 1.0);
        let channel =
            |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * t).round() as u8;
        Self(
            channel(self.0, other.0),
            channel(self.1, other.1),
            channel(self.2, other.2),
        )
    }

    /// Relative luminance, 0 to 1 (WCAG 2.2).
    pub fn luminance(self) -> f64 {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// As `#RRGGBB`.
    pub fn hex(self) -> String {
        format!("#{:02X}{:02X}{:02X}", self.0, self.1, self.2)
    }
}

/// The fill of a matrix cell of intensity `t` (0 to 1), and an ink that can be read on it.
pub(crate) fn heat(t: f64) -> (Colour, Colour) {
    let fill = Colour(240, 245, 250).mix(Colour(0, 84, 140), t);
    let contrast = |ink: Colour| {
        let (a, b) = (fill.luminance() + 0.05, ink.luminance() + 0.05);
        a.max(b) / a.min(b)
    };
    let ink = if contrast(ON_PALE) >= contrast(ON_DARK) {
        ON_PALE
    } else {
        ON_DARK
    };
    (fill, ink)
}
