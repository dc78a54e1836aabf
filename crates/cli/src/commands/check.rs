//! `overheard check`: outcomes against a golden table.

use anyhow::Context;
use overheard_engine::run::{RunFailure, run_in_memory, write_whole};
use overheard_outcomes::{
    Column, Estimates, GoldenRow, OutcomeRow, check as compare_with, read_golden, read_outcomes,
    write_golden, write_outcomes,
};

use crate::args::CheckArguments;
use crate::commands::Code;
use crate::fault::{Interrupted, hinted};
use crate::voice::Voice;
use crate::{data, interrupt};

pub fn check(arguments: &CheckArguments) -> anyhow::Result<Code> {
    let scenario = arguments.simulation.load()?;
    let golden = golden(arguments)?;
    let mut voice = Voice::new(arguments.simulation.quiet);
    let cancel = interrupt::watch(voice.screen())?;
    let (engine, tune) = (arguments.simulation.engine, arguments.simulation.tune());
    let result = run_in_memory(
        &scenario,
        engine,
        tune,
        &mut |event| voice.hear(event),
        &cancel,
    );
    voice.end();
    let estimates = match result {
        Ok((_, estimates)) => estimates,
        Err(RunFailure::Interrupted { .. }) => return Err(Interrupted { resume: None }.into()),
        Err(failure) => return Err(failure.into()),
    };
    let outcomes = as_written(&estimates)?;
    if arguments.write {
        return write(arguments, &outcomes, &voice);
    }
    let findings = compare_with(&outcomes, &golden);
    data(|out| {
        for finding in &findings {
            writeln!(out, "{finding}")?;
        }
        Ok(())
    })?;
    let (wrong, all) = (findings.len(), golden.len());
    if wrong > 0 {
        voice.warn(&format!("{wrong} of {all} outcomes left their tolerance"));
        return Ok(Code::Finding);
    }
    voice.say(&format!("all {all} outcomes are within their tolerance"));
    Ok(Code::Done)
}

/// The golden table; with `--write` there must be none yet.
fn golden(arguments: &CheckArguments) -> anyhow::Result<Vec<GoldenRow>> {
    let path = &arguments.against;
    let fault = |what: &str, hint: &str| hinted(format!("{what}: {}", path.display()), hint);
    if arguments.write {
        return match path.exists() {
            true => Err(fault(
                "the golden table is there already",
                "remove it first to write it anew",
            )),
            false => Ok(Vec::new()),
        };
    }
    if !path.exists() {
        return Err(fault(
            "there is no golden table",
            "--write makes one of this run's totals",
        ));
    }
    let file = fs_err::File::open(path)?;
    let rows = read_golden(file).with_context(|| path.display().to_string())?;
    if rows.is_empty() {
        return Err(fault(
            "the golden table has no rows",
            "--write makes one of this run's totals",
        ));
    }
    Ok(rows)
}

/// Writes the totals, and their cuts by source and bucket, as a golden table.
fn write(
    arguments: &CheckArguments,
    outcomes: &[OutcomeRow],
    voice: &Voice,
) -> anyhow::Result<Code> {
    let cut = [
        Column::Day,
        Column::Market,
        Column::App,
        Column::Surface,
        Column::Age,
        Column::Topic,
    ];
    let total = |row: &OutcomeRow| cut.iter().all(|column| row.key.get(*column).is_empty());
    let path = &arguments.against;
    write_whole(path, |out| write_golden(out, outcomes, total))
        .with_context(|| format!("cannot write {}", path.display()))?;
    voice.say(&format!("written: {}", path.display()));
    Ok(Code::Done)
}

/// Outcomes as `outcomes.csv` has them, rounded alike.
fn as_written(estimates: &Estimates) -> anyhow::Result<Vec<OutcomeRow>> {
    let mut table = Vec::new();
    write_outcomes(&mut table, estimates)?;
    Ok(read_outcomes(&table[..])?)
}
