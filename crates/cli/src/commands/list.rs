//! `overheard list`: scenarios and finished runs at hand.

use std::path::Path;

use overheard_engine::run::{PartManifest, RUN};
use overheard_report::Manifest;

use crate::commands::Code;
use crate::numbers::count;
use crate::stdout::print;
use crate::voice::Voice;
use crate::{runs, scenarios};

/// Prints a line for each scenario and finished run.
pub fn list() -> anyhow::Result<Code> {
    let mut rows = Vec::new();
    for path in scenarios::known() {
        let what = match scenarios::load(&path, &[]) {
            Ok(scenario) => scenarios::question(&path).unwrap_or(scenario.description),
            Err(error) => format!("cannot be used: {}", error.message()),
        };
        rows.push((path.display().to_string(), what));
    }
    for path in runs::known() {
        rows.push((path.display().to_string(), run(&path)));
    }
    if rows.is_empty() {
        Voice::new(false).say("no scenarios in ./scenarios and no finished runs in ./output");
    }
    let width = rows.iter().map(|(path, _)| path.len()).max().unwrap_or(0);
    let lines: String = rows
        .iter()
        .map(|(path, what)| format!("{}\n", format!("{path:width$}  {what}").trim_end()))
        .collect();
    print(&lines)?;
    Ok(Code::Done)
}

/// A finished run in a line.
fn run(folder: &Path) -> String {
    if let Some(m) = runs::sweep_of(folder) {
        return format!(
            "sweep of {} points ({}), {} people each, seed {}, {} to {}, arms {}",
            count(m.points as f64),
            m.design,
            count(m.people as f64),
            m.seed,
            m.start,
            m.end,
            m.arms.join(", ")
        );
    }
    if let Some(part) = PartManifest::read(folder) {
        let whole = match part.question.as_str() {
            RUN => String::new(),
            other => format!("a {other} of "),
        };
        return format!(
            "part {} of {} of {whole}{}, {} people, seed {}",
            part.part,
            part.of,
            part.scenario,
            count(part.people as f64),
            part.seed
        );
    }
    let manifest = fs_err::read_to_string(folder.join(overheard_engine::run::MANIFEST))
        .ok()
        .and_then(|text| serde_json::from_str::<Manifest>(&text).ok());
    match manifest {
        Some(m) => format!(
            "{} people, seed {}, {}, {} to {}, arms {}",
            count(m.people as f64),
            m.seed,
            m.engine,
            m.start,
            m.end,
            m.arms.join(", ")
        ),
        None => "its manifest cannot be read".to_owned(),
    }
}
