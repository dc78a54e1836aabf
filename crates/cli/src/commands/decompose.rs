//! `overheard decompose`.

use std::io::{self, IsTerminal, Write};

use anyhow::Context;
use overheard_engine::run::{RunFailure, write_whole};
use overheard_formats::Key;
use overheard_outcomes::Estimate;
use overheard_scenario::Scenario;
use overheard_study::{
    Decompose, DecomposeError, Decomposition, HEADLINES, MOST_PROVISIONS, PROVISIONS, Provision,
    decompose as take_apart, headline_key, total, write_decomposition,
};

use crate::args::DecomposeArguments;
use crate::commands::Code;
use crate::fault::{Interrupted, hinted};
use crate::interrupt;
use crate::numbers::{count, figure};
use crate::scenarios;
use crate::stdout::{data, print_line};
use crate::voice::Voice;

/// Runs every set of provisions and says what each contributes.
pub fn decompose(arguments: &DecomposeArguments) -> anyhow::Result<Code> {
    let simulation = &arguments.simulation;
    let typed = scenarios::read(&simulation.scenario)?;
    let overrides = simulation.overrides();
    let scenario = typed.scenario(&overrides)?;
    let arm = arm(arguments, &scenario)?;
    let provisions = provisions(arguments)?;
    let keys = keys(arguments)?;
    if let Some(folder) = &arguments.out
        && folder.exists()
    {
        let message = format!("{} is there already", folder.display());
        return Err(hinted(
            message,
            "nothing is overwritten: name a folder that is not there",
        ));
    }
    let mut voice = Voice::new(simulation.quiet);
    voice.say(&format!(
        "{} sets of {} provisions of `{arm}`, against `{}`",
        1 << provisions.len(),
        provisions.len(),
        scenario.base().name
    ));
    let cancel = interrupt::watch(voice.screen(), interrupt::NOTHING_STAYS)?;
    let with = |more: &[String]| {
        let more = more.iter().map(|text| ("--by", text.clone()));
        let all: Vec<_> = overrides.iter().cloned().chain(more).collect();
        typed.scenario(&all)
    };
    let asked = Decompose {
        scenario: &scenario,
        arm,
        provisions: &provisions,
        with: &with,
        keys: &keys,
        engine: simulation.engine,
        tune: simulation.tune(),
    };
    let result = take_apart(&asked, &mut |event| voice.hear(event), &cancel);
    voice.end();
    let found = match result {
        Ok(found) => found,
        Err(DecomposeError::Run(RunFailure::Interrupted { .. })) => {
            return Err(Interrupted { resume: None }.into());
        }
        Err(other) => return Err(other.into()),
    };
    match &arguments.out {
        Some(folder) => {
            fs_err::create_dir_all(folder)?;
            let table = folder.join("decomposition.csv");
            write_whole(&table, |out| {
                write_decomposition(out, &found).map_err(io::Error::from)
            })
            .with_context(|| format!("cannot write {}", table.display()))?;
            let caption = caption(&scenario, arm);
            let threads = simulation.tune().threads.get() as u64;
            overheard_report::write_decomposition_charts(folder, &caption, threads)?;
            print_line(folder.as_os_str().as_encoded_bytes())?;
        }
        None if io::stdout().is_terminal() => data(|out| show(out, &found))?,
        None => data(|out| Ok(write_decomposition(out, &found)?))?,
    }
    Ok(Code::Done)
}

/// The arm that is taken apart.
fn arm<'a>(arguments: &'a DecomposeArguments, scenario: &'a Scenario) -> anyhow::Result<&'a str> {
    let others: Vec<&str> = scenario.arms[1..].iter().map(|arm| &*arm.name).collect();
    match (&arguments.arm, others.last()) {
        (_, None) => Err(hinted(
            "the scenario has one arm only: there is nothing to take apart",
            "the first arm is the base; add one with the rule, as in scenarios/december-16.toml",
        )),
        (None, Some(last)) => Ok(last),
        (Some(arm), _) if others.contains(&&**arm) => Ok(arm),
        (Some(arm), _) => Err(hinted(
            format!("there is no arm `{arm}` beside the base"),
            format!("there are {}", others.join(", ")),
        )),
    }
}

fn provisions(arguments: &DecomposeArguments) -> anyhow::Result<Vec<Provision>> {
    let typed: Vec<&str> = match arguments.by.is_empty() {
        true => PROVISIONS.to_vec(),
        false => arguments.by.iter().map(String::as_str).collect(),
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

/// The numbers that are taken apart.
fn keys(arguments: &DecomposeArguments) -> anyhow::Result<Vec<Key>> {
    if arguments.measures.is_empty() {
        return Ok(HEADLINES.into_iter().map(headline_key).collect());
    }
    let key = |text: &String| {
        total(text).map_err(|fault| hinted(format!("--measure {text}: {fault}"), fault.hint))
    };
    arguments.measures.iter().map(key).collect()
}

fn caption(scenario: &Scenario, arm: &str) -> String {
    let v = &scenario.world;
    format!(
        "Scenario {} · arm {arm} · {} simulated assistant users · seed {} · market.response = {} · Overheard {}",
        scenario.name,
        count(v.integer("run.people") as f64),
        v.integer("run.seed"),
        v.choice("market.response"),
        env!("CARGO_PKG_VERSION")
    )
}

/// For a person.
fn show(out: &mut dyn Write, found: &[Decomposition]) -> anyhow::Result<()> {
    let shown = |e: &Estimate| {
        let error = e.std_error().map_or(String::new(), |error| {
            format!(" ± {}", figure(1.96 * error))
        });
        format!("{}{error}", figure(e.value))
    };
    for number in found {
        writeln!(out, "{}", number.key)?;
        let mut row = |name: &str, cells: [&Estimate; 3]| {
            let [alone, last, mean] = cells.map(shown);
            writeln!(out, "  {name:<22} {alone:>24} {last:>24} {mean:>24}")
        };
        for c in &number.contributions {
            row(&c.provision, [&c.alone, &c.last, &c.shapley])?;
        }
        row("all together", [&number.all.minus(&number.none); 3])?;
    }
    writeln!(
        out,
        "\ncolumns: alone, as the last, mean over all orders; 95 % intervals of sampling"
    )?;
    Ok(())
}
