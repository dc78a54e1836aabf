//! `overheard decompose`.

use std::io::{self, IsTerminal, Write};

use overheard_engine::run::RunFailure;
use overheard_outcomes::Estimate;
use overheard_questions::{Apart, News, decompose as take_apart, write_decomposition_into};
use overheard_study::{DecomposeError, Decomposition, write_decomposition};

use crate::args::DecomposeArguments;
use crate::commands::Code;
use crate::fault::Interrupted;
use crate::interrupt;
use crate::numbers::figure;
use crate::points::Points;
use crate::scenarios;
use crate::stdout::{data, print_line};
use crate::voice::Voice;

/// Runs every set of provisions and says what each contributes.
pub fn decompose(arguments: &DecomposeArguments) -> anyhow::Result<Code> {
    let simulation = &arguments.simulation;
    let typed = scenarios::read(&simulation.scenario)?;
    let overrides = simulation.overrides();
    let asked = Apart::new(
        &typed,
        &overrides,
        [&arguments.by, &arguments.measures],
        arguments.arm.as_deref(),
        arguments.draws,
        arguments.out.as_deref(),
    )?;
    let mut voice = Voice::new(simulation.quiet);
    let provisions = asked.provisions.len();
    voice.say(&format!(
        "{} sets of {provisions} provisions of `{}`, against `{}`",
        1 << provisions,
        asked.arm,
        asked.scenario.base().name
    ));
    let cancel = interrupt::watch(voice.screen(), interrupt::NOTHING_STAYS)?;
    let (engine, tune) = (simulation.engine, simulation.tune());
    let aside = voice.within();
    let mut points = Points::new(&aside);
    let mut hear = |news: News<'_>| match news {
        News::Run(event) => voice.hear(event),
        other => points.draws(&other),
    };
    let result = take_apart(&asked, engine, tune, &mut hear, &cancel);
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
            write_decomposition_into(folder, &asked, &found, engine, tune)?;
            print_line(folder.as_os_str().as_encoded_bytes())?;
        }
        None if io::stdout().is_terminal() => data(|out| show(out, &found))?,
        None => data(|out| Ok(write_decomposition(out, &found)?))?,
    }
    Ok(Code::Done)
}

/// For a person.
fn show(out: &mut dyn Write, found: &[Decomposition]) -> anyhow::Result<()> {
    let shown = |e: &Estimate| {
        let error = e.std_error().map_or(String::new(), |error| {
            format!(" ± {}", figure(1.96 * error))
        });
        format!("{}{error}", figure(e.value))
    };
    let band = |band: Option<[f64; 3]>| {
        band.map_or(String::new(), |[low, _, high]| {
            format!("({} to {})", figure(low), figure(high))
        })
    };
    for number in found {
        writeln!(out, "{}", number.key)?;
        let mut row = |i: usize, name: &str, cells: [&Estimate; 3]| {
            let [alone, last, mean] = cells.map(shown);
            writeln!(out, "  {name:<22} {alone:>24} {last:>24} {mean:>24}")?;
            let bands = number.bands(i);
            if bands.iter().any(Option::is_some) {
                let [alone, last, mean] = bands.map(band);
                writeln!(out, "  {:<22} {alone:>24} {last:>24} {mean:>24}", "")?;
            }
            io::Result::Ok(())
        };
        for (i, c) in number.contributions.iter().enumerate() {
            row(i, &c.provision, [&c.alone, &c.last, &c.shapley])?;
        }
        let all = number.all.minus(&number.none);
        row(number.contributions.len(), "all together", [&all; 3])?;
    }
    let draws = found.first().map_or(0, |number| number.draws.len());
    let bands = match draws {
        0 => String::new(),
        n => format!("; below them 90 % of {n} draws of what nobody knows"),
    };
    writeln!(
        out,
        "\ncolumns: alone, as the last, mean over all orders; 95 % intervals of sampling{bands}"
    )?;
    Ok(())
}
