//! Where the chat was held, and where its ads were shown.

use overheard_charts::{Chart, Matrix, Panel, Plot, Unit};
use overheard_formats::{Column, Key};

use super::arms::{Group, fitting, grouped};
use super::parts::{Skipped, titled};
use crate::names::readable;
use crate::run::Run;

const MEASURE: &str = "cross_app_impressions";

type Cells = Vec<Vec<Option<f64>>>;

pub(super) fn chart(run: &Run) -> Result<Chart, Skipped> {
    let (surfaces, apps) = (members(run, Column::Surface), members(run, Column::App));
    let cells = |arm: &str| -> Cells {
        let cell = |surface: &str, app: &str| {
            let cut = Key::of(MEASURE)
                .with(Column::Surface, surface.to_owned())
                .with(Column::App, app.to_owned());
            run.outcomes.at(arm, &cut).map(|e| e.value)
        };
        let row = |s: &&str| apps.iter().map(|a| cell(s, a)).collect();
        surfaces.iter().map(row).collect()
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

/// The members of a column, as the run tells them apart.
fn members(run: &Run, column: Column) -> Vec<&str> {
    let arm = run.manifest.arms.first();
    arm.map_or(Vec::new(), |arm| run.outcomes.members(arm, MEASURE, column))
}

fn panels(run: &Run, groups: &[Group<Cells>], all: usize) -> Chart {
    let subtitle = "Ad impressions attributed to chats, by the surface of the chat and the app of the ad. Signals cross only between accounts that are joined.";
    let mut chart = titled(run, "From the chat to the feed", subtitle.into());
    chart.columns = 2.min(groups.len());
    let names = |column| {
        let members = members(run, column).into_iter();
        members.map(|member| readable(member).into()).collect()
    };
    let values = groups.iter().flat_map(|g| g.shown.iter().flatten());
    let reach = values.flatten().copied().fold(0.0, f64::max);
    for group in groups {
        chart.panels.push(Panel {
            heading: (all > 1).then(|| group.heading()),
            plot: Plot::Matrix(Matrix {
                row_title: "chat held in".into(),
                column_title: "ad shown in".into(),
                rows: names(Column::Surface),
                columns: names(Column::App),
                unit: Unit::Count,
                reach,
                cells: group.shown.clone(),
            }),
        });
    }
    chart
}
