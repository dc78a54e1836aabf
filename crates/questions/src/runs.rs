//! Folders of finished runs.

use std::path::{Path, PathBuf};

use anyhow::Context;
use overheard_engine::run::{JOURNAL, MANIFEST, PartManifest, RUN};
use overheard_outcomes::{Groups, Run, Sample, read_outcomes};
use overheard_report::Manifest;
use overheard_scenario::{Scenario, Value, Values};
use overheard_study::{POSTERIOR, SWEEP};

use crate::decompose::DECOMPOSITION;
use crate::fault::hinted;
use crate::numbers::count;
use crate::scenarios;

/// Where runs go if nothing else is said.
pub const FOLDER: &str = "output";

/// The folder of a finished run, given as a path or by its name in `output`.
///
/// # Errors
/// There is none.
pub fn finished(given: &Path) -> anyhow::Result<PathBuf> {
    let named = Path::new(FOLDER).join(given);
    let folder = match !given.exists() && named.exists() {
        true => named,
        false => given.to_owned(),
    };
    let shown = folder.display();
    if let Some(part) = PartManifest::read(&folder) {
        let what = part.question;
        let hint = format!("overheard merge DIR… makes the {what} of all its parts");
        Err(hinted(format!("a part of a {what} is in {shown}"), hint))
    } else if let Some(other) = kind(&folder).filter(|kind| !is_read(kind)) {
        let hint = match &*other {
            DECOMPOSITION => "decomposition.csv and charts/ are all that is to be had of it",
            POSTERIOR => {
                "posterior.csv, narrowed.csv and predicted.csv are all that is to be had of it"
            }
            _ => "`overheard list` shows the runs at hand",
        };
        Err(hinted(format!("a {other} is in {shown}, not a run"), hint))
    } else if folder.join(MANIFEST).is_file() {
        Ok(folder)
    } else if folder.join(JOURNAL).is_file() {
        let hint = "end it with the command that began it and --resume";
        Err(hinted(format!("the run is not finished: {shown}"), hint))
    } else {
        let what = if folder.exists() {
            "no run is in"
        } else {
            "there is no folder"
        };
        Err(hinted(
            format!("{what} {shown}"),
            "`overheard list` shows the runs at hand",
        ))
    }
}

/// Whether a folder of this kind can be asked for as a run is.
fn is_read(kind: &str) -> bool {
    [RUN, SWEEP].contains(&kind)
}

/// What a manifest says that it is of; a run's does not.
fn kind(folder: &Path) -> Option<String> {
    let text = fs_err::read_to_string(folder.join(MANIFEST)).ok()?;
    let manifest: serde_json::Value = serde_json::from_str(&text).ok()?;
    Some(manifest["kind"].as_str()?.to_owned())
}

/// The folder of a finished run that is no sweep.
///
/// # Errors
/// There is none; of a sweep the hint tells what there is instead.
pub fn alone(given: &Path, hint: &'static str) -> anyhow::Result<PathBuf> {
    let folder = finished(given)?;
    match sweep_of(&folder) {
        None => Ok(folder),
        Some(_) => Err(hinted(
            format!("a sweep is in {}, not a run", folder.display()),
            hint,
        )),
    }
}

/// The manifest of a sweep, if the folder holds a finished one.
pub fn sweep_of(folder: &Path) -> Option<overheard_report::SweepManifest> {
    let text = fs_err::read_to_string(folder.join(MANIFEST)).ok()?;
    let manifest: overheard_report::SweepManifest = serde_json::from_str(&text).ok()?;
    (manifest.kind == SWEEP).then_some(manifest)
}

/// A finished run, read back for comparisons.
pub struct Finished {
    pub folder: PathBuf,
    pub run: Run,
    manifest: Manifest,
    /// Nothing where this version cannot read it.
    scenario: Option<Scenario>,
}

impl Finished {
    /// Whether errors of differences from another run of the same people can be told.
    pub fn has_groups(&self) -> bool {
        self.folder.join("groups.bin").exists()
    }
}

/// Reads back what `compare` needs of a run.
///
/// # Errors
/// There is no run, or it is damaged.
pub fn read(given: &Path) -> anyhow::Result<Finished> {
    let folder = alone(
        given,
        "its bands.csv and pairs.csv say what differs between arms",
    )?;
    let shown = |name: &str| folder.join(name).display().to_string();
    let rows = fs_err::File::open(folder.join("outcomes.csv"))?;
    let rows = read_outcomes(rows).with_context(|| shown("outcomes.csv"))?;
    let path = folder.join("groups.bin");
    let groups = match path.exists() {
        true => Some(Groups::read(fs_err::File::open(path)?).with_context(|| shown("groups.bin"))?),
        false => None,
    };
    let text = fs_err::read_to_string(folder.join(MANIFEST))?;
    let manifest = serde_json::from_str(&text).with_context(|| shown(MANIFEST))?;
    let values: serde_json::Value = serde_json::from_str(&text)?;
    let run =
        Run::new(rows, groups, sample(&values)).with_context(|| folder.display().to_string())?;
    let scenario = scenarios::load(&folder.join("scenario.toml"), &[]).ok();
    Ok(Finished {
        folder,
        run,
        manifest,
        scenario,
    })
}

/// Who was simulated, by the manifest's list of strata.
fn sample(manifest: &serde_json::Value) -> Sample {
    let strata = manifest["weights"].as_array().into_iter().flatten();
    let one = |s: &serde_json::Value| {
        let name = format!("{}/{}/{}", s["market"], s["age"], s["assistant"]);
        Some((name, s["people"].as_u64()?))
    };
    strata.filter_map(one).collect()
}

/// Knobs that are named of those that differ.
const NAMED: usize = 5;

/// What two runs differ in, apart from their outcomes, as `seed: 1 against 2`.
pub fn differing(first: &Finished, second: &Finished) -> Vec<String> {
    let mut list = Vec::new();
    let (a, b) = (&first.manifest, &second.manifest);
    let window = |m: &Manifest| format!("{} to {}", m.start, m.end);
    let people = |m: &Manifest| {
        format!(
            "{} and {} others",
            count(m.people as f64),
            count(m.others as f64)
        )
    };
    for (what, a, b) in [
        ("version", a.version.clone(), b.version.clone()),
        ("engine", a.engine.clone(), b.engine.clone()),
        ("window", window(a), window(b)),
        (
            "market.response",
            a.market_response.clone(),
            b.market_response.clone(),
        ),
        ("seed", a.seed.to_string(), b.seed.to_string()),
        ("simulated people", people(a), people(b)),
        ("scenario", a.scenario.clone(), b.scenario.clone()),
        ("arms", a.arms.join(", "), b.arms.join(", ")),
    ] {
        if a != b {
            list.push(format!("{what}: {a} against {b}"));
        }
    }
    if let (Some(a), Some(b)) = (&first.scenario, &second.scenario) {
        let knobs = knobs(a, b);
        let rest = knobs.len().saturating_sub(NAMED);
        list.extend(knobs.into_iter().take(NAMED));
        if rest > 0 {
            list.push(format!("{rest} more knobs: see scenario.toml"));
        }
    } else if a.scenario_hash != b.scenario_hash && list.is_empty() {
        list.push("the scenario: see scenario.toml".to_owned());
    }
    list
}

/// Knobs that differ, of the world or of arms that both have, but for those that the manifests tell of.
fn knobs(first: &Scenario, second: &Scenario) -> Vec<String> {
    const TOLD: [&str; 5] = [
        "time.start",
        "time.end",
        "market.response",
        "run.seed",
        "run.people",
    ];
    let text = |value: &Value| match value.uniform() {
        Some(scalar) => scalar.to_toml(),
        None => "other members".to_owned(),
    };
    let mut list: Vec<String> = Vec::new();
    let mut pairs = |a: &Values, b: &Values, arm: &str| {
        for ((knob, a), (_, b)) in a.iter().zip(b.iter()) {
            let key = knob.to_string();
            let named = |line: &String| line.starts_with(&format!("{key}: "));
            if a != b && !TOLD.contains(&&*key) && !list.iter().any(named) {
                let (a, b) = (text(a), text(b));
                let values = match a == b {
                    true => "members differ".to_owned(),
                    false => format!("{a} against {b}"),
                };
                list.push(format!("{key}: {values}{arm}"));
            }
        }
    };
    pairs(&first.world, &second.world, "");
    for arm in &first.arms {
        if let Some(other) = second.arms.iter().find(|other| other.name == arm.name) {
            pairs(&arm.values, &other.values, &format!(" in `{}`", arm.name));
        }
    }
    list
}

/// All finished runs in `output`, sweeps and parts among them, by name.
pub fn known() -> Vec<PathBuf> {
    let mut list: Vec<PathBuf> = fs_err::read_dir(FOLDER)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join(MANIFEST).is_file())
        .filter(|path| kind(path).is_none_or(|kind| is_read(&kind) || kind == PartManifest::KIND))
        .collect();
    list.sort();
    list
}
