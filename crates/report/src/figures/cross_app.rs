//! Where the chat was held, and where its ads were shown.

use overheard_charts::{Chart, Matrix, Panel, Plot, Unit};
use overheard_formats::{Column, Key};

use super::arms::{Group, fitting, grouped};
use super::parts::{Skipped, titled};
use crate::names::readable;
use crate::run::Run;

const SURFACES: [&str; 6] = [
    "facebook",
    "instagram",
    "whatsapp",
    "messenger",
    "meta-ai-app",
    "ai-glasses",
];
const APPS: [&str; 4] = ["facebook", "instagram", "whatsapp", "messenger"];

type Cells = Vec<Vec<Option<f64>>>;

pub(super) fn chart(run: &Run) -> Result<Chart, Skipped> {
    let cells = |arm: &str| -> Cells {
        let cell = |surface: &'static str, app: &'static str| {
            let cut = Key::of("cross_app_impressions")
                .with(Column::Surface, surface)
                .with(Column::App, app);
            run.outcomes.at(arm, &cut).map(|e| e.value)
        };
        SURFACES
            .iter()
            .map(|s| APPS.iter().map(|a| cell(s, a)).collect())
            .collect()
    };
    let arms = run
        .manifest
        .arms
        .iter()
        .map(|arm| (arm.clone(), cells(arm)))
        .filter(|(_, cells)| cells.iter().flatten().flatten().any(|v| *v != 0.0));
    let groups = grouped(arms, |a, b| a == b);
    if groups.is_empty() {
        return Err(Skipped(
            "no chat-derived impression crossed from a chat to a feed",
        ));
    }
    Ok(fitting(&groups, |drawn| panels(run, drawn, groups.len())))
}

fn panels(run: &Run, groups: &[Group<Cells>], all: usize) -> Chart {
    let subtitle = "Ad impressions attributed to chats, by the surface of the chat and the app of the ad. Signals cross only between accounts that are joined.";
    let mut chart = titled(run, "From the chat to the feed", subtitle.into());
    chart.columns = 2.min(groups.len());
    let values = groups.iter().flat_map(|g| g.shown.iter().flatten());
    let reach = values.flatten().copied().fold(0.0, f64::max);
    for group in groups {
        chart.panels.push(Panel {
            heading: (all > 1).then(|| group.heading()),
            plot: Plot::Matrix(Matrix {
                row_title: "chat held in".into(),
                column_title: "ad shown in".into(),
                rows: SURFACES.iter().map(|s| readable(s).into()).collect(),
                columns: APPS.iter().map(|a| readable(a).into()).collect(),
                unit: Unit::Count,
                reach,
                cells: group.shown.clone(),
            }),
        });
    }
    chart
}
