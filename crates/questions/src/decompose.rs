//! What is taken apart, from what was asked.

use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use anyhow::Context;
use overheard_engine::run::{hex, is_free, scenario_hash, write_manifest, write_whole};
use overheard_engine::{BUILD, EngineKind, Tune, simulated_users};
use overheard_formats::Key;
use overheard_scenario::{Registry, Scenario, Scope};
use overheard_study::{
    Decompose, Decomposition, HEADLINES, MOST_PROVISIONS, PROVISIONS, Progress, Provision,
    decompose as take_apart, headline_key, surround, total, users_of_draws, write_decomposition,
    write_decomposition_draws,
};

use crate::fault::hinted;
use crate::numbers::count;
use crate::run::News;
use crate::scenarios::{Override, Typed};
use crate::sweep::few_enough;

/// Draws of what nobody knows, at most, if no number of them is given: each is a run of every set of provisions.
const DRAWS: u32 = 16;

/// What is to be taken apart: what `overheard decompose` takes, looked through.
pub struct Apart<'a> {
    typed: &'a Typed,
    overrides: &'a [Override],
    /// The scenario under them.
    pub scenario: Scenario,
    /// The arm.
    pub arm: String,
    /// Its provisions.
    pub provisions: Vec<Provision>,
    /// Draws of what nobody knows that give contributions their bands.
    pub draws: u32,
    keys: Vec<Key>,
}

impl<'a> Apart<'a> {
    /// Of a scenario: `by` are provisions, as `PROVISION=KEY=VALUE`, or those of the rule; `arm` is one of its arms, or the last;
    /// `measures` are `MEASURE` or `MEASURE/SOURCE`, or the headlines; of `draws` there are as many as a run of the scenario has if
    /// nothing is said, but no more than 16. `out` must not be there yet.
    ///
    /// # Errors
    /// What was asked for is not there, or does not go together.
    pub fn new(
        typed: &'a Typed,
        overrides: &'a [Override],
        [by, measures]: [&[String]; 2],
        arm: Option<&str>,
        draws: Option<u32>,
        out: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let scenario = typed.scenario(overrides)?;
        let usual = scenario.world.integer("ensemble.draws") as u32;
        let draws = draws.unwrap_or(usual.min(DRAWS));
        few_enough(draws as usize)?;
        let arm = arm_of(arm, &scenario)?.to_owned();
        let provisions = provisions(by)?;
        let keys = keys(measures)?;
        if let Some(folder) = out
            && (folder.exists() || !is_free(folder))
        {
            let message = format!("{} is there already", folder.display());
            return Err(hinted(
                message,
                "nothing is overwritten: name a folder that is not there",
            ));
        }
        Ok(Apart {
            typed,
            overrides,
            scenario,
            arm,
            provisions,
            draws,
            keys,
        })
    }
}

/// Runs every set of provisions and says what each contributes; then the same at the draws.
///
/// # Errors
/// [`overheard_study::DecomposeError`].
pub fn decompose(
    asked: &Apart<'_>,
    engine: EngineKind,
    tune: Tune,
    hear: &mut dyn FnMut(News<'_>),
    cancel: &AtomicBool,
) -> Result<Vec<Decomposition>, overheard_study::DecomposeError> {
    let with = |more: &[String]| {
        let more = more.iter().map(|text| ("--by", text.clone()));
        let all: Vec<_> = asked.overrides.iter().cloned().chain(more).collect();
        asked.typed.scenario(&all)
    };
    let question = Decompose {
        scenario: &asked.scenario,
        arm: &asked.arm,
        provisions: &asked.provisions,
        with: &with,
        keys: &asked.keys,
        engine,
        tune,
    };
    let mut found = take_apart(&question, &mut |event| hear(News::Run(event)), cancel)?;
    if asked.draws > 0 {
        hear(News::Draws {
            draws: asked.draws,
            people: users_of_draws(&asked.scenario),
        });
        let mut tell = |progress: Progress<'_>| hear(News::Points(progress));
        surround(&question, asked.draws, &mut found, &mut tell, cancel)?;
    }
    Ok(found)
}

/// Of a folder's manifest: what is in it.
pub const DECOMPOSITION: &str = "decomposition";

/// Writes `decomposition.csv`, what each draw gives, charts, and what they were made from into a folder that is not there yet.
///
/// # Errors
/// The disk says no, or a chart cannot be drawn; the folder is gone then, and the same command can be given again.
pub fn write_decomposition_into(
    folder: &Path,
    asked: &Apart<'_>,
    found: &[Decomposition],
    engine: EngineKind,
    tune: Tune,
) -> anyhow::Result<()> {
    let created = !folder.exists();
    fs_err::create_dir_all(folder)?;
    let write = || -> anyhow::Result<()> {
        let file = |name: &str, fill: &dyn Fn(&mut dyn Write) -> io::Result<()>| {
            let table = folder.join(name);
            write_whole(&table, |out| fill(out))
                .with_context(|| format!("cannot write {}", table.display()))
        };
        file("decomposition.csv", &|out| {
            Ok(write_decomposition(out, found)?)
        })?;
        if asked.draws > 0 {
            file("decomposition-draws.csv", &|out| {
                Ok(write_decomposition_draws(out, found)?)
            })?;
        }
        let drawn = found.first().map_or(0, |number| number.draws.len());
        let caption = caption(&asked.scenario, &asked.arm, drawn);
        let threads = tune.threads.get() as u64;
        overheard_report::write_decomposition_charts(folder, &caption, threads)?;
        file("scenario.toml", &|out| {
            out.write_all(asked.scenario.to_toml().as_bytes())
        })?;
        write_manifest(folder, &manifest(asked, engine, drawn))
            .with_context(|| format!("cannot write the manifest in {}", folder.display()))
    };
    let written = write();
    if created && written.is_err() {
        let _ = fs_err::remove_dir_all(folder);
    }
    written
}

/// What the numbers were made from.
fn manifest(asked: &Apart<'_>, engine: EngineKind, drawn: usize) -> serde_json::Value {
    let (scenario, v) = (&asked.scenario, &asked.scenario.world);
    let one = |p: &Provision| serde_json::json!({ "name": p.name, "without": p.without });
    serde_json::json!({
        "kind": DECOMPOSITION,
        "version": env!("CARGO_PKG_VERSION"),
        "build": BUILD,
        "scenario": scenario.name,
        "scenario_hash": hex(&scenario_hash(scenario)),
        "seed": v.integer("run.seed"),
        "people": simulated_users(scenario),
        "engine": engine.name(),
        "base": scenario.base().name,
        "arm": asked.arm,
        "provisions": asked.provisions.iter().map(one).collect::<Vec<_>>(),
        "draws": drawn,
        "people_of_draws": users_of_draws(scenario),
    })
}

/// The arm that is taken apart.
fn arm_of<'a>(typed: Option<&'a str>, scenario: &'a Scenario) -> anyhow::Result<&'a str> {
    let others: Vec<&str> = scenario.arms[1..].iter().map(|arm| &*arm.name).collect();
    match (typed, others.last()) {
        (_, None) => Err(hinted(
            "the scenario has one arm only: there is nothing to take apart",
            "the first arm is the base; add one with the rule, as in scenarios/december-16.toml",
        )),
        (None, Some(last)) => Ok(last),
        (Some(arm), _) if others.contains(&arm) => Ok(arm),
        (Some(arm), _) => Err(hinted(
            format!("there is no arm `{arm}` beside the base"),
            format!("there are {}", others.join(", ")),
        )),
    }
}

fn provisions(by: &[String]) -> anyhow::Result<Vec<Provision>> {
    let typed: Vec<&str> = match by.is_empty() {
        true => PROVISIONS.to_vec(),
        false => by.iter().map(String::as_str).collect(),
    };
    if typed.len() > MOST_PROVISIONS {
        return Err(hinted(
            format!(
                "{} provisions have {} sets",
                typed.len(),
                1u64 << typed.len().min(63)
            ),
            format!("take {MOST_PROVISIONS} at most: every set is an arm"),
        ));
    }
    let hint = "as in --by region-gate=policy.excluded_markets=[]";
    let mut all: Vec<Provision> = Vec::new();
    for text in typed {
        let provision = Provision::typed(text)
            .map_err(|fault| hinted(format!("--by {text}: {fault}"), hint))?;
        if let Some(key) = provision.without.iter().find_map(|set| of_the_world(set)) {
            return Err(hinted(
                format!("--by {text}: `{key}` is the same in every arm, so no arm can lack it"),
                "a provision is what an arm may set: `overheard knobs` says which knobs are arms'",
            ));
        }
        if all.iter().any(|other| other.name == provision.name) {
            let message = format!(
                "--by {text}: there are two provisions called `{}`",
                provision.name
            );
            return Err(hinted(message, "give each its own name"));
        }
        all.push(provision);
    }
    Ok(all)
}

/// The knob that a setting is of, if arms cannot set it.
fn of_the_world(setting: &str) -> Option<&'static str> {
    let (key, _) = setting.split_once('=')?;
    // A member of a table stands behind its name.
    let names = [Some(key), key.rsplit_once('.').map(|(table, _)| table)];
    let knob = names
        .into_iter()
        .flatten()
        .find_map(|name| Registry::get().find(name.trim()))?;
    (knob.scope != Scope::Arm).then_some(knob.key.as_str())
}

/// The numbers that are taken apart.
fn keys(measures: &[String]) -> anyhow::Result<Vec<Key>> {
    if measures.is_empty() {
        return Ok(HEADLINES.into_iter().map(headline_key).collect());
    }
    let key = |text: &String| {
        total(text).map_err(|fault| hinted(format!("--measure {text}: {fault}"), fault.hint))
    };
    measures.iter().map(key).collect()
}

fn caption(scenario: &Scenario, arm: &str, draws: usize) -> String {
    let v = &scenario.world;
    let draws = match draws {
        0 => String::new(),
        n => format!(
            " · {} draws of {} assistant users, the same in each",
            count(n as f64),
            count(users_of_draws(scenario) as f64)
        ),
    };
    format!(
        "Scenario {} · arm {arm} · {} simulated assistant users{draws} · seed {} · market.response = {} · Overheard {}",
        scenario.name,
        count(simulated_users(scenario) as f64),
        v.integer("run.seed"),
        v.choice("market.response"),
        env!("CARGO_PKG_VERSION")
    )
}
