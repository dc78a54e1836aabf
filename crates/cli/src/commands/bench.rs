//! `overheard bench`: what a run costs on this machine.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::Path;

use anyhow::Context;
use overheard_engine::Isa;
use overheard_engine::run::write_whole;
use overheard_formats::{number, number_or_empty};
use overheard_report::{cost_files, draw_costs};
use overheard_study::{Case, Cost, bench as bench_cases, cases};

use crate::args::BenchArguments;
use crate::child::measured;
use crate::commands::Code;
use crate::fault::hinted;
use crate::numbers::{bytes, duration, figure, short};
use crate::stdout::print;
use crate::voice::Voice;
use crate::writable::can_be_written;
use crate::{interrupt, scenarios};

/// Runs all cases in turns, prints what they cost, and writes it down.
pub fn bench(arguments: &BenchArguments) -> anyhow::Result<Code> {
    // What is wrong is found before minutes have passed.
    let scenario = scenario(arguments)?;
    if let Some(out) = &arguments.out {
        is_free(out, arguments.update)?;
    }
    let voice = Voice::new(arguments.quiet);
    arguments.out.as_deref().map_or(Ok(()), can_be_written)?;
    let cancel = interrupt::watch(voice.screen(), interrupt::NOTHING_STAYS)?;
    let place = tempfile::Builder::new()
        .prefix("overheard-bench-")
        .tempdir()?;
    let folder = place.path().join("run");
    let rounds = arguments.rounds as usize;
    let costs = bench_cases(&asked(arguments), rounds, |round, case| {
        let sample = measured(&run(arguments, case, &folder), &folder, &cancel)?;
        voice.say(&format!(
            "round {} of {rounds}: {} people, threads {}, {}: {}",
            round + 1,
            short(case.people as f64),
            case.threads,
            case.isa,
            duration(sample.wall_seconds)
        ));
        Ok::<_, anyhow::Error>(sample)
    })?;
    print(&aligned(&table(&costs)))?;
    voice.say(&format!(
        "medians of {rounds}; marginal: core time of a person-day beyond the next smaller run; memory: without the report's"
    ));
    if let Some(out) = &arguments.out {
        write_whole(out, |file| file.write_all(&csv(&costs, rounds)?))
            .with_context(|| format!("cannot write {}", out.display()))?;
        let caption = format!(
            "Scenario {scenario} · medians of {rounds} · Overheard {}",
            env!("CARGO_PKG_VERSION")
        );
        draw_costs(out, &caption)?;
        voice.say(&format!(
            "written, with a chart beside it: {}",
            out.display()
        ));
    }
    Ok(Code::Done)
}

/// The name of the scenario, if it can be run.
fn scenario(arguments: &BenchArguments) -> anyhow::Result<String> {
    if arguments.scenario == Path::new(scenarios::STDIN) {
        let hint = "write it into a file";
        return Err(hinted("standard input can be read only once", hint));
    }
    let overrides = scenarios::typed(&arguments.set);
    Ok(scenarios::load(&arguments.scenario, &overrides)?.name)
}

/// Fails if a file that is to be written is there and was not given up.
fn is_free(out: &Path, update: bool) -> anyhow::Result<()> {
    let files = [out.to_owned()].into_iter().chain(cost_files(out));
    match files.into_iter().find(|file| file.exists()) {
        Some(file) if !update => Err(hinted(
            format!("there is a file already: {}", file.display()),
            "--update makes table and chart again, or give --out another name",
        )),
        _ => Ok(()),
    }
}

fn asked(arguments: &BenchArguments) -> Vec<Case> {
    let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let mut threads: Vec<usize> = arguments.threads.iter().map(|t| t.get()).collect();
    if threads.is_empty() {
        threads.push(cores().get());
    }
    let mut isas: Vec<String> = arguments.isa.iter().map(|i| i.name().to_owned()).collect();
    if isas.is_empty() {
        isas.push(Isa::best().name().to_owned());
    }
    cases(&arguments.people, &threads, &isas)
}

/// The command line of one run.
fn run(arguments: &BenchArguments, case: &Case, folder: &Path) -> Vec<OsString> {
    let mut words: Vec<OsString> = vec!["run".into(), arguments.scenario.clone().into()];
    let mut option = |name: &str, value: OsString| words.extend([name.into(), value]);
    option("--people", case.people.to_string().into());
    option("--threads", case.threads.to_string().into());
    option("--tune", format!("isa={},markets=solve", case.isa).into());
    option("--draws", "0".into());
    option("--out", folder.into());
    for set in &arguments.set {
        option("--set", set.into());
    }
    words.push("--quiet".into());
    words
}

/// What a person reads.
fn table(costs: &[Cost]) -> Vec<[String; 8]> {
    let head = [
        "people",
        "threads",
        "isa",
        "wall s",
        "CPU s",
        "person-days/s",
        "marginal ns",
        "memory",
    ];
    let known = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let row = |cost: &Cost| {
        [
            short(cost.case.people as f64),
            cost.case.threads.to_string(),
            cost.case.isa.clone(),
            format!("{:.2}", cost.wall_seconds),
            known(cost.cpu_seconds.map(|s| format!("{s:.2}"))),
            short(cost.speed()),
            known(cost.marginal_ns.map(figure)),
            known(cost.peak_memory_bytes.map(bytes)),
        ]
    };
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(costs.iter().map(row));
    rows
}

/// Columns below each other, flush right.
fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |k: usize| rows.iter().map(|row| row[k].chars().count()).max();
    let widths: [usize; N] = std::array::from_fn(|k| width(k).unwrap_or(0));
    let line = |row: &[String; N]| {
        let cells = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:>width$}"));
        cells.collect::<Vec<String>>().join("  ") + "\n"
    };
    rows.iter().map(line).collect()
}

/// What programs read, `draw_costs` among them.
fn csv(costs: &[Cost], rounds: usize) -> std::io::Result<Vec<u8>> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record([
        "people",
        "threads",
        "isa",
        "rounds",
        "wall_seconds",
        "cpu_seconds",
        "person_days",
        "person_days_per_second",
        "marginal_ns_per_person_day",
        "peak_memory_bytes",
    ])?;
    for cost in costs {
        let memory = cost.peak_memory_bytes;
        out.write_record([
            cost.case.people.to_string(),
            cost.case.threads.to_string(),
            cost.case.isa.clone(),
            rounds.to_string(),
            number(cost.wall_seconds),
            number_or_empty(cost.cpu_seconds),
            cost.person_days.to_string(),
            number(cost.speed()),
            number_or_empty(cost.marginal_ns),
            memory.map_or_else(String::new, |n| n.to_string()),
        ])?;
    }
    out.into_inner().map_err(|error| error.into_error())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn costs() -> Vec<Cost> {
        let case = |people| Case {
            people,
            threads: 64,
            isa: "avx512".to_owned(),
        };
        let less = Cost {
            case: case(100_000),
            wall_seconds: 1.25,
            cpu_seconds: None,
            person_days: 3_500_000,
            marginal_ns: None,
            peak_memory_bytes: None,
        };
        let more = Cost {
            case: case(1_060_000_000),
            wall_seconds: 12_345.678,
            cpu_seconds: Some(98_765.4),
            person_days: 37_000_000_000,
            marginal_ns: Some(123.4),
            peak_memory_bytes: Some(999 << 20),
        };
        vec![less, more]
    }

    #[test]
    fn the_table_fits_a_terminal() {
        let text = aligned(&table(&costs()));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(
            lines
                .iter()
                .all(|line| line.len() == lines[0].len() && line.len() <= 80),
            "{text}"
        );
        assert!(lines[1].ends_with("     -"), "{text}");
        for part in [
            "1.06B", "avx512", "12345.68", "98765.40", "3M", "123", "999 MiB",
        ] {
            assert!(lines[2].contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn the_file_holds_every_number() {
        let text = String::from_utf8(csv(&costs(), 3).unwrap()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], "100000,64,avx512,3,1.25,,3500000,2800000.0,,");
        assert!(
            lines[2].contains(",98765.4,37000000000,") && lines[2].ends_with(",123.4,1047527424")
        );
    }

    #[test]
    fn files_of_others_are_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("bench.csv");
        is_free(&out, false).unwrap();
        fs_err::write(dir.path().join("bench.png"), "a picture").unwrap();
        let error = is_free(&out, false).unwrap_err();
        assert!(error.to_string().contains("bench.png"), "{error}");
        is_free(&out, true).unwrap();
    }
}
