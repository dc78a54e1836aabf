//! `overheard check`: outcomes against a golden table.

use std::path::PathBuf;

use anyhow::Context;
use overheard_engine::run::{RunFailure, run_in_memory, write_whole};
use overheard_engine::simulated_users;
use overheard_formats::{TERMINAL, change_percent, plain};
use overheard_outcomes::{
    Against, Detail, Estimates, Golden, Origin, OutcomeError, OutcomeRow, check as compare_with,
    read_outcomes, write_outcomes,
};
use overheard_scenario::Scenario;

mod verdict;

use crate::args::{CheckArguments, Simulation};
use crate::commands::Code;
use crate::fault::{Interrupted, hinted};
use crate::interrupt;
use crate::scenarios::{self, Override};
use crate::stdout::data;
use crate::voice::Voice;
use crate::writable::can_be_written;

use verdict::Verdict;

/// Runs the scenario and holds it against the golden table, or makes that again.
pub fn check(arguments: &CheckArguments) -> anyhow::Result<Code> {
    let simulation = &arguments.simulation;
    apart(arguments)?;
    let typed = scenarios::read(&simulation.scenario)?;
    let mut scenario = typed.scenario(&simulation.overrides())?;
    let golden = golden(arguments, &scenario)?;
    let mut voice = Voice::new(simulation.quiet);
    let mut origin = origin_of(&scenario, simulation);
    let more = as_the_table(arguments, &golden, &origin);
    if !more.is_empty() {
        scenario = typed.scenario(&[simulation.overrides(), more].concat())?;
        origin = origin_of(&scenario, simulation);
    }
    let against = against(arguments, &golden, &origin, &voice)?;
    let cancel = interrupt::watch(voice.screen(), interrupt::NOTHING_STAYS)?;
    let result = run_in_memory(
        &scenario,
        simulation.engine,
        simulation.tune(),
        Detail::Full,
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
        let totals = outcomes.into_iter().filter(|row| row.key.is_total());
        return write(arguments, &Golden::of(totals, origin), &voice);
    }
    if arguments.dry_run {
        return preview(arguments, &golden, &outcomes, &voice);
    }
    if arguments.update {
        let updated = golden.updated(&outcomes, origin);
        let gone = golden.rows.len() - updated.rows.len();
        if gone > 0 {
            voice.warn(&format!("{gone} rows are no longer there and were dropped"));
        }
        return write(arguments, &updated, &voice);
    }
    let findings = compare_with(&outcomes, &golden, against);
    let (wrong, all) = (findings.len(), golden.rows.len());
    // The verdict stands, whoever stops reading.
    let code = if wrong > 0 { Code::Finding } else { Code::Done };
    let verdict = Verdict {
        golden: &golden,
        path: &arguments.against,
        findings: &findings,
    };
    if let Some(file) = &arguments.junit {
        verdict.junit(file)?;
    }
    if let Some(file) = &arguments.markdown {
        verdict.markdown(file)?;
    }
    data(|out| match arguments.github {
        true => verdict.annotations(out),
        false => verdict.lines(out),
    })?;
    if wrong > 0 {
        voice.warn(&format!("{wrong} of {all} outcomes left their tolerance"));
    } else {
        let within = within(&golden, against);
        voice.say(&format!(
            "all {all} outcomes are within their tolerance: {within}"
        ));
    }
    Ok(code)
}

/// No file may be asked to be two things, or be where no folder is: that is better known before the run than after it.
fn apart(arguments: &CheckArguments) -> anyhow::Result<()> {
    let place = |path: &PathBuf| fs_err::canonicalize(path).unwrap_or_else(|_| path.clone());
    let asked = [
        Some(&arguments.simulation.scenario),
        Some(&arguments.against),
        arguments.junit.as_ref(),
        arguments.markdown.as_ref(),
    ];
    let files: Vec<&PathBuf> = asked.into_iter().flatten().collect();
    for (n, file) in files.iter().enumerate() {
        if files[..n].iter().any(|other| place(other) == place(file)) {
            let message = format!("{} is named for two things", file.display());
            return Err(hinted(
                message,
                "the verdict would be written over what is read",
            ));
        }
    }
    let table = Some(&arguments.against).filter(|_| arguments.write);
    let verdicts = [arguments.junit.as_ref(), arguments.markdown.as_ref()];
    let written = verdicts.into_iter().chain([table]).flatten();
    written
        .into_iter()
        .try_for_each(|file| can_be_written(file))
}

/// People and seed of the golden table, where the command line names none and the scenario others: a table says what it is of.
fn as_the_table(arguments: &CheckArguments, golden: &Golden, own: &Origin) -> Vec<Override> {
    let simulation = &arguments.simulation;
    let Some(theirs) = &golden.origin else {
        return Vec::new();
    };
    let mut more = Vec::new();
    for (key, typed, own, theirs) in [
        ("run.people", simulation.people, own.people, theirs.people),
        ("run.seed", simulation.seed, own.seed, theirs.seed),
    ] {
        let is_set = typed.is_some() || simulation.set.iter().any(|set| set.starts_with(key));
        if own != theirs && !is_set {
            more.push(("the golden table", format!("{key}={theirs}")));
        }
    }
    more
}

/// What the outcomes will be made from.
fn origin_of(scenario: &Scenario, simulation: &Simulation) -> Origin {
    Origin::new(
        &scenario.name,
        &scenario.settings(),
        scenario.world.integer("run.seed") as u64,
        simulated_users(scenario),
        simulation.engine.name(),
    )
}

/// Whether the golden numbers are of the same people, whose numbers move for no reason but a change. If they are of others,
/// somebody has to say that they are to be compared all the same.
fn against(
    arguments: &CheckArguments,
    golden: &Golden,
    origin: &Origin,
    voice: &Voice,
) -> anyhow::Result<Against> {
    let remade = arguments.write || arguments.update;
    let Some(theirs) = golden.origin.as_ref().filter(|_| !remade) else {
        if !remade {
            voice.say("the golden table does not say of which scenario, seed and people it is");
        }
        return Ok(Against::Others);
    };
    let unlike = theirs.unlike(origin);
    if unlike.is_empty() {
        return Ok(Against::Same);
    }
    let unlike = unlike.join("; ");
    let path = arguments.against.display();
    if theirs.has_same_people(origin) {
        voice.warn(&format!(
            "the golden table was made before a change: {unlike}"
        ));
        return Ok(Against::Same);
    }
    if arguments.anyway {
        voice.warn(&format!("the golden table is of another run: {unlike}"));
        return Ok(Against::Others);
    }
    Err(hinted(
        format!("the golden table is of another run: {unlike}: {path}"),
        "--anyway compares all the same, --update makes the table again",
    ))
}

/// What outcomes were allowed, in words.
fn within(golden: &Golden, against: Against) -> String {
    let stated = |row: &&overheard_outcomes::GoldenRow| {
        let measure = row.outcome.key.measure();
        row.tolerance.is_stated() || golden.tolerances.contains_key(measure)
    };
    let stated = golden.rows.iter().filter(stated).count();
    let rest = golden.rows.len() - stated;
    let unstated = match against {
        Against::Same => "met to the last digit",
        Against::Others => "by 4 standard errors, or 0.5 %",
    };
    match (stated, rest) {
        (_, 0) => "as the table states".to_owned(),
        (0, _) => format!("none is stated, {unstated}"),
        _ => format!("{stated} as the table states, {rest} {unstated}"),
    }
}

/// The golden table; with `--write` there must be none yet.
fn golden(arguments: &CheckArguments, scenario: &Scenario) -> anyhow::Result<Golden> {
    let path = &arguments.against;
    let fault = |what: &str, hint: &str| hinted(format!("{what}: {}", path.display()), hint);
    if arguments.write {
        return match path.exists() {
            true => Err(fault(
                "the golden table is there already",
                "--update makes it again with its rows and tolerances; remove it first to write it anew",
            )),
            false => Ok(Golden::default()),
        };
    }
    if !path.exists() {
        return Err(fault(
            "there is no golden table",
            "--write makes one of this run's totals",
        ));
    }
    let read = || {
        let golden = Golden::read(fs_err::File::open(path)?)?;
        let arms: Vec<&str> = scenario.arms.iter().map(|arm| &*arm.name).collect();
        golden.of_arms(&arms)?;
        Ok::<_, OutcomeError>(golden)
    };
    let golden = read().with_context(|| path.display().to_string())?;
    if golden.rows.is_empty() {
        return Err(fault(
            "the golden table has no rows",
            "--write makes one of this run's totals",
        ));
    }
    Ok(golden)
}

/// Says what `--update` would change.
fn preview(
    arguments: &CheckArguments,
    golden: &Golden,
    outcomes: &[OutcomeRow],
    voice: &Voice,
) -> anyhow::Result<Code> {
    let mut moved = 0;
    data(|out| {
        for (row, now) in golden.moved(outcomes) {
            moved += 1;
            let (path, was) = (arguments.against.display(), row.outcome.value);
            write!(
                out,
                "{path}:{}: {}: {}: ",
                row.line, row.outcome.arm, row.outcome.key
            )?;
            match now {
                None => writeln!(out, "{} would be dropped: there is no such row", plain(was))?,
                Some(now) => {
                    let change = change_percent(was, now.value - was)
                        .map_or_else(String::new, |p| format!(", {}", TERMINAL.change(p)));
                    writeln!(out, "{} would be {}{change}", plain(was), plain(now.value))?;
                }
            }
        }
        Ok(())
    })?;
    voice.say(&format!(
        "{moved} of {} rows would change; nothing was written",
        golden.rows.len()
    ));
    Ok(Code::Done)
}

fn write(arguments: &CheckArguments, golden: &Golden, voice: &Voice) -> anyhow::Result<Code> {
    let path = &arguments.against;
    write_whole(path, |out| golden.write(out))
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
