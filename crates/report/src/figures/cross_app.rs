//! Where the chat was held, and where its ads were shown.

use overheard_charts::{Chart, Matrix, Panel, Plot, Unit};

use super::{Skipped, heading, titled};
use crate::names::readable;
use crate::run::Run;
use crate::table::{Cut, Dimension};

const SURFACES: [&str; 6] = [
    "facebook",
    "instagram",
    "whatsapp",
    "messenger",
    "meta-ai-app",
    "ai-glasses",
];
const APPS: [&str; 4] = ["facebook", "instagram", "whatsapp", "messenger"];

pub(super) fn chart(run: &Run) -> Result<Chart, Skipped> {
    let cells = |arm: &str| -> Vec<Vec<Option<f64>>> {
        let cell = |surface, app| {
            let cut = Cut::of("cross_app_impressions")
                .with(Dimension::Surface, surface)
                .with(Dimension::App, app);
            run.outcomes.at(arm, &cut).map(|e| e.value)
        };
        SURFACES
            .iter()
            .map(|s| APPS.iter().map(|a| cell(s, a)).collect())
            .collect()
    };
    let arms: Vec<(&String, Vec<Vec<Option<f64>>>)> = run
        .manifest
        .arms
        .iter()
        .map(|arm| (arm, cells(arm)))
        .filter(|(_, cells)| cells.iter().flatten().flatten().any(|v| *v != 0.0))
        .collect();
    if arms.is_empty() {
        return Err(Skipped(
            "no chat-derived impression crossed from a chat to a feed",
        ));
    }
    let subtitle = "Ad impressions attributed to chats, by the surface of the chat and the app of the ad. Signals cross only between accounts that are joined.";
    let mut chart = titled(run, "From the chat to the feed", subtitle.into());
    let several = arms.len();
    let all = arms
        .iter()
        .flat_map(|(_, cells)| cells.iter().flatten().flatten());
    let reach = all.copied().fold(0.0, f64::max);
    for (arm, cells) in arms {
        chart.panels.push(Panel {
            heading: heading(several, arm),
            plot: Plot::Matrix(Matrix {
                row_title: "chat held in".into(),
                column_title: "ad shown in".into(),
                rows: SURFACES.iter().map(|s| readable(s).into()).collect(),
                columns: APPS.iter().map(|a| readable(a).into()).collect(),
                unit: Unit::Count,
                reach,
                cells,
            }),
        });
    }
    Ok(chart)
}
