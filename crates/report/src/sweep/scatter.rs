//! Scatter charts: a headline against the unknowns that pull it most, a dot for each draw.

use overheard_charts::{Chart, Cloud, Panel, Plot, Scatter, Unit, palette};
use overheard_formats::PAGE;

use super::folder::{Headline, Pull, Sweep};
use super::points::Points;
use super::tornado::{signed, strongest, unit};

/// So many unknowns.
const MOST: usize = 2;
/// So many dots: more are a blot, and a file that nobody opens.
const MOST_DOTS: usize = 2000;

/// A panel for each of the strongest unknowns, of the last arm in which any unknown pulls the headline.
pub fn chart(sweep: &Sweep, points: &Points, headline: &Headline) -> Option<Chart> {
    let arms = &sweep.manifest.arms;
    let of_arm = |arm: &String| {
        let (_, pulls) = strongest(sweep, headline, arm)?;
        let panels: Vec<(Panel, [usize; 2])> = pulls
            .iter()
            .take(MOST)
            .filter_map(|(_, pull)| panel(sweep, points, headline, pull))
            .collect();
        (!panels.is_empty()).then(|| (arm.clone(), panels))
    };
    let (arm, panels) = arms.iter().rev().find_map(of_arm)?;
    let most = panels.iter().map(|(_, shown)| *shown).max()?;
    let note = match most {
        [shown, all] if shown < all => format!(
            "Drawn are {} of {} draws, evenly chosen; correlations are of all.",
            PAGE.exact(shown as u64),
            PAGE.exact(all as u64)
        ),
        _ => String::new(),
    };
    let against = match headline.difference {
        true => format!(", against arm “{}”", sweep.base()),
        false => String::new(),
    };
    let over = match panels.len() {
        1 => "over the unknown that pulls most",
        _ => "over the unknown that pulls most, and over the next",
    };
    Some(Chart {
        title: format!("Draw by draw: {}", headline.name),
        subtitle: format!(
            "Each dot is a draw, in arm “{arm}”{against}: {over}; all others vary as they may. A rank correlation of +1 or −1 says \
             always more with more, or always less; one near 0 says neither."
        ),
        columns: panels.len(),
        panels: panels.into_iter().map(|(panel, _)| panel).collect(),
        note,
        caption: sweep.caption(),
    })
}

/// The dots of an unknown, and how many of how many are drawn.
fn panel(
    sweep: &Sweep,
    points: &Points,
    headline: &Headline,
    pull: &Pull,
) -> Option<(Panel, [usize; 2])> {
    let arms = [pull.arm.as_str(), sweep.manifest.arms.first()?];
    let all = points.pairs(headline, arms, &pull.knob);
    let every = all.len().div_ceil(MOST_DOTS).max(1);
    let dots: Vec<[f64; 2]> = all.iter().step_by(every).copied().collect();
    let shown = [dots.len(), all.len()];
    let correlation = pull
        .rank_correlation
        .map_or_else(String::new, |r| format!(": rank correlation {}", signed(r)));
    let mut varied = sweep.manifest.unknowns.iter();
    let law = varied.find(|varied| varied.knob == pull.knob);
    let plot = Scatter {
        x_title: pull.knob.clone(),
        x_unit: Unit::Plain,
        x_logarithmic: law.is_some_and(|law| law.logarithmic),
        y_title: headline.name.to_owned(),
        y_unit: unit(headline),
        clouds: vec![Cloud {
            label: String::new(),
            colour: palette::BLUE,
            dots,
        }],
    };
    let heading = format!("{}{correlation}", pull.knob);
    (!all.is_empty()).then(|| (Panel::headed(heading, Plot::Scatter(plot)), shown))
}
