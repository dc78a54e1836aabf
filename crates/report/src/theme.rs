//! The colours of the page, light and dark, and those of its charts on a dark page.

use overheard_charts::palette::{self, Colour};

/// A variable of the style sheet, and its colour on a light and on a dark page.
type Variable = (&'static str, Colour, Colour);

/// Those that are not a chart's as well.
const OF_THE_PAGE: [Variable; 5] = [
    ("soft", Colour(245, 247, 249), Colour(27, 33, 40)),
    ("link", Colour(0, 99, 160), Colour(107, 184, 236)),
    ("warn", Colour(154, 67, 0), Colour(240, 163, 104)),
    ("warn-soft", Colour(255, 244, 234), Colour(43, 31, 20)),
    ("good", Colour(0, 104, 75), Colour(92, 201, 165)),
];

/// Those that a page has from its charts.
const OF_CHARTS: [(&str, Colour); 4] = [
    ("paper", palette::PAPER),
    ("ink", palette::INK),
    ("muted", palette::MUTED),
    ("line", palette::GRID),
];

fn variables() -> Vec<Variable> {
    let pairs = palette::on_dark();
    let dark = |light: Colour| {
        let pair = pairs.iter().find(|(of, _)| *of == light);
        pair.map_or(light, |(_, dark)| *dark)
    };
    let of_charts = OF_CHARTS.map(|(name, light)| (name, light, dark(light)));
    of_charts.into_iter().chain(OF_THE_PAGE).collect()
}

/// The font, the variables, and the colours of charts on a dark page: rules of a style sheet win over attributes of SVG. On paper
/// everything is light.
pub(crate) fn style() -> String {
    let mut style = overheard_charts::font_face_css();
    let variables = variables();
    let all = |of: fn(&Variable) -> Colour| -> String {
        let one = |v: &Variable| format!("--{}:{};", v.0, of(v).hex());
        variables.iter().map(one).collect()
    };
    style.push_str(&format!(":root{{{}}}\n", all(|v| v.1)));
    style.push_str("@media screen and (prefers-color-scheme:dark){");
    style.push_str(&format!(":root{{{}}}", all(|v| v.2)));
    for (light, dark) in palette::on_dark() {
        let (light, dark) = (light.hex(), dark.hex());
        style.push_str(&format!(
            "svg [fill=\"{light}\"]{{fill:{dark}}}svg [stroke=\"{light}\"]{{stroke:{dark}}}"
        ));
    }
    style.push('}');
    style
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.2, 1.4.3: every text of the page on everything that may lie behind it.
    #[test]
    fn texts_can_be_read_on_either_page() {
        let pairs = [
            ("ink", ["paper", "soft", "warn-soft"].as_slice()),
            ("muted", &["paper", "soft"]),
            ("link", &["paper", "soft"]),
            ("warn", &["paper", "warn-soft"]),
            ("good", &["paper"]),
        ];
        let variables = variables();
        let named = |name: &str| variables.iter().find(|v| v.0 == name).unwrap();
        for (ink, papers) in pairs {
            for paper in papers {
                let (ink, paper) = (named(ink), named(paper));
                let contrasts = [ink.1.contrast(paper.1), ink.2.contrast(paper.2)];
                assert!(
                    contrasts.iter().all(|c| *c >= 4.5),
                    "{} on {}: {contrasts:?}",
                    ink.0,
                    paper.0
                );
            }
        }
    }
}
