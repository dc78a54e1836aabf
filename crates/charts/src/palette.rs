//! Colours that people with any colour vision can tell apart, on a light page and, by [`on_dark`], on a dark one.
//!
//! Hues of series: M. Okabe and K. Ito, "Color Universal Design" (2008); yellow is left out. Three of theirs are too pale on white for
//! a bar or a line (WCAG 2.2, 1.4.11, asks for 3 to 1): orange, sky blue and grey are darker here, and the others moved away from
//! them. On a dark page the same hues are lighter.

use crate::dash::Dash;

/// A colour as red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

/// Blue: the first of all.
pub const BLUE: Colour = Colour(0, 104, 170);
/// Vermillion.
pub const VERMILLION: Colour = Colour(194, 70, 0);
/// Bluish green.
pub const GREEN: Colour = Colour(0, 150, 105);
/// Orange.
pub const ORANGE: Colour = Colour(184, 136, 0);
/// Reddish purple.
pub const PURPLE: Colour = Colour(172, 66, 134);
/// Sky blue.
pub const SKY: Colour = Colour(64, 152, 236);
/// For what is present but not the subject.
pub const GREY: Colour = Colour(136, 143, 150);

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
/// Text on a pale cell of a matrix.
pub const ON_PALE: Colour = Colour(12, 16, 20);
/// Text on a dark cell of a matrix.
pub const ON_DARK: Colour = Colour(254, 254, 254);

const SERIES: [Colour; 7] = [BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, GREY];

/// What the colours of series are on a dark page; the last is that of [`INK`], which may be a series too.
const SERIES_ON_DARK: [(Colour, Colour); 8] = [
    (BLUE, Colour(40, 132, 206)),
    (VERMILLION, Colour(220, 98, 24)),
    (GREEN, Colour(10, 160, 112)),
    (PURPLE, Colour(226, 140, 194)),
    (ORANGE, Colour(240, 196, 70)),
    (SKY, Colour(144, 212, 252)),
    (GREY, Colour(110, 118, 126)),
    (INK, INK_ON_DARK),
];

const PAPER_ON_DARK: Colour = Colour(20, 24, 29);
const INK_ON_DARK: Colour = Colour(231, 234, 238);

/// The others.
const NEUTRALS_ON_DARK: [(Colour, Colour); 7] = [
    (PAPER, PAPER_ON_DARK),
    (MUTED, Colour(163, 172, 183)),
    (AXIS, Colour(125, 133, 144)),
    (GRID, Colour(47, 55, 65)),
    (SHADE, Colour(32, 42, 54)),
    (ON_PALE, Colour(240, 243, 246)),
    (ON_DARK, Colour(4, 8, 12)),
];

/// Every colour that a chart may have, and what stands for it on a dark page. No colour is there twice.
pub fn on_dark() -> Vec<(Colour, Colour)> {
    let mut all = NEUTRALS_ON_DARK.to_vec();
    for (light, dark) in SERIES_ON_DARK {
        let shades = Dash::ALL.map(|dash| {
            let on_light = shade(light, dash);
            let on_dark = shade_between(dark, dash, PAPER_ON_DARK, INK_ON_DARK);
            (on_light, on_dark)
        });
        all.extend(shades);
    }
    all.extend((0..=STEPS).map(|step| (cell(LIGHT_CELLS, step), cell(DARK_CELLS, step))));
    let mut once: Vec<(Colour, Colour)> = Vec::new();
    for pair in all {
        if !once.iter().any(|(light, _)| *light == pair.0) {
            once.push(pair);
        }
    }
    once
}

/// The fill of a bar whose line would be broken up so.
pub(crate) fn shade(colour: Colour, dash: Dash) -> Colour {
    shade_between(colour, dash, PAPER, INK)
}

fn shade_between(colour: Colour, dash: Dash, paper: Colour, ink: Colour) -> Colour {
    match dash {
        Dash::Solid => colour,
        Dash::Dashed => colour.mix(paper, 0.5),
        Dash::DashDotted => colour.mix(ink, 0.4),
        Dash::Dotted => colour.mix(paper, 0.75),
    }
}

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
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// How well one colour can be read on the other, 1 to 21 (WCAG 2.2).
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance() + 0.05, other.luminance() + 0.05);
        a.max(b) / a.min(b)
    }

    /// As `#RRGGBB`.
    pub fn hex(self) -> String {
        format!("#{:02X}{:02X}{:02X}", self.0, self.1, self.2)
    }
}

/// Light of a channel, 0 to 1.
fn linear(channel: u8) -> f64 {
    let c = f64::from(channel) / 255.0;
    if c <= 0.04045 {
        c / 12.92
    } else {
        libm::pow((c + 0.055) / 1.055, 2.4)
    }
}

/// Cells of a matrix have so many fills and one: few enough for each to be given another on a dark page.
const STEPS: u8 = 9;
/// The fills of the smallest and of the largest value.
type Ends = (Colour, Colour);
const LIGHT_CELLS: Ends = (Colour(240, 245, 250), Colour(0, 84, 140));
/// On a dark page what is large is bright. Its inks turn over at the same step as on a light one.
const DARK_CELLS: Ends = (Colour(28, 38, 50), Colour(90, 150, 206));

fn cell((least, most): Ends, step: u8) -> Colour {
    least.mix(most, f64::from(step) / f64::from(STEPS))
}

/// The fill of a matrix cell of intensity `t` (0 to 1), and an ink that can be read on it.
pub(crate) fn heat(t: f64) -> (Colour, Colour) {
    let step = (t.clamp(0.0, 1.0) * f64::from(STEPS)).round() as u8;
    let fill = cell(LIGHT_CELLS, step);
    let ink = if fill.contrast(ON_PALE) >= fill.contrast(ON_DARK) {
        ON_PALE
    } else {
        ON_DARK
    };
    (fill, ink)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dark(colour: Colour) -> Colour {
        let all = on_dark();
        all.into_iter()
            .find(|(light, _)| *light == colour)
            .unwrap()
            .1
    }

    /// WCAG 2.2, 1.4.3 for texts and 1.4.11 for marks. Paler shades are of bars whose number stands beside them; grid lines and the
    /// band of a tolerance are there for orientation.
    #[test]
    fn texts_and_marks_can_be_read_on_either_page() {
        for (turned, page) in [(false, "light"), (true, "dark")] {
            let of = |colour| if turned { dark(colour) } else { colour };
            for ink in [INK, MUTED] {
                for behind in [PAPER, SHADE] {
                    let contrast = of(ink).contrast(of(behind));
                    assert!(contrast >= 4.5, "{ink:?}, {page}: {contrast}");
                }
            }
            for mark in SERIES.into_iter().chain([AXIS]) {
                let contrast = of(mark).contrast(of(PAPER));
                assert!(contrast >= 3.0, "{mark:?}, {page}: {contrast}");
            }
            for step in 0..=STEPS {
                let (fill, ink) = heat(f64::from(step) / f64::from(STEPS));
                let contrast = of(ink).contrast(of(fill));
                assert!(contrast >= 4.5, "cell {step}, {page}: {contrast}");
            }
        }
    }

    #[test]
    fn what_differs_on_a_light_page_differs_on_a_dark_one() {
        let all = on_dark();
        for (i, (light, dark)) in all.iter().enumerate() {
            for (other_light, other_dark) in &all[i + 1..] {
                assert!(light != other_light, "{light:?} twice");
                assert!(dark != other_dark, "{light:?} and {other_light:?}");
            }
        }
    }

    /// As people without one of the three cones see colours: G. M. Machado, M. M. Oliveira and L. A. F. Fernandes (2009), at full
    /// severity, over linear light.
    const SIGHTS: [[[f64; 3]; 3]; 4] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
    ];

    /// CIELAB, white D65.
    fn lab(light: [f64; 3]) -> [f64; 3] {
        let xyz = [
            [0.4124, 0.3576, 0.1805, 0.9505],
            [0.2126, 0.7152, 0.0722, 1.0],
            [0.0193, 0.1192, 0.9505, 1.089],
        ]
        .map(|[r, g, b, white]| {
            let t: f64 = (r * light[0] + g * light[1] + b * light[2]).max(0.0) / white;
            if t > 0.008856 {
                t.cbrt()
            } else {
                7.787 * t + 16.0 / 116.0
            }
        });
        let [x, y, z] = xyz;
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    #[test]
    fn people_with_any_colour_vision_tell_series_apart() {
        for sight in SIGHTS {
            let seen = |colour: Colour| {
                let light = [colour.0, colour.1, colour.2].map(linear);
                let row = |r: [f64; 3]| (0..3).map(|i| r[i] * light[i]).sum::<f64>();
                lab(sight.map(row).map(|c| c.clamp(0.0, 1.0)))
            };
            let apart = |a: Colour, b: Colour| {
                let (a, b) = (seen(a), seen(b));
                (0..3).map(|i| (a[i] - b[i]).powi(2)).sum::<f64>().sqrt()
            };
            for (i, a) in SERIES.into_iter().enumerate() {
                for b in SERIES.into_iter().skip(i + 1) {
                    for (a, b) in [(a, b), (dark(a), dark(b))] {
                        assert!(apart(a, b) >= 12.0, "{a:?} and {b:?}: {}", apart(a, b));
                    }
                }
            }
        }
    }
}
