//! The files of a finished run.

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::{Duration, Instant};

use overheard_outcomes::{
    EffectRow, Estimates, OutcomeError, TableFile, differences, write_calibration,
    write_dictionary, write_differences, write_effects, write_groups, write_outcomes,
    write_package, write_parquet,
};
use serde::Serialize;

use crate::simulate::Prepared;

use super::beside::beside;
use super::failure::RunFailure;
use super::files;
use super::folder;
use super::judge;
use super::manifest::Manifest;
use super::memory::peak_memory;
use super::request::{Report, Request};

/// What the manifest says of how the run went.
pub struct Sitting {
    pub begun: Instant,
    /// Time of earlier sittings.
    pub before: Duration,
    /// Shards of earlier sittings, and of this one.
    pub shards: [u32; 2],
    /// Of the scenario, and of all inputs.
    pub hashes: [String; 2],
}

/// What came out, and the published effects that arms imitate.
pub type Found<'a> = (&'a Estimates, &'a [EffectRow<'static>]);

/// Writes all files but the manifest, which is what comes of it.
///
/// # Errors
/// The disk or the report; files already written are whole.
pub fn write(
    request: &Request,
    folder: &Path,
    prepared: &Prepared,
    found: Found<'_>,
    sitting: &Sitting,
    report: Report<'_>,
) -> Result<Manifest, RunFailure> {
    let (manifest, groups) = beside(
        request.tune.threads,
        || tables_and_report(request, folder, prepared, found, sitting, report),
        // What the report does not read.
        || groups(folder, prepared, found.0).map_err(disk),
    );
    let manifest = manifest?;
    groups?;
    Ok(manifest)
}

/// Writes the file that says of a folder that what was asked is finished: the last one.
///
/// # Errors
/// The disk.
pub fn write_manifest(folder: &Path, manifest: &impl Serialize) -> io::Result<()> {
    files::write::<io::Error>(&folder.join(folder::MANIFEST), |out| {
        serde_json::to_writer_pretty(&mut *out, manifest)?;
        out.write_all(b"\n")
    })
}

fn tables_and_report(
    request: &Request,
    folder: &Path,
    prepared: &Prepared,
    found: Found<'_>,
    sitting: &Sitting,
    report: Report<'_>,
) -> Result<Manifest, RunFailure> {
    let (estimates, _) = found;
    let threads = request.tune.threads;
    let mut written = tables(folder, prepared, found, threads).map_err(disk)?;
    let (hashes, command) = (sitting.hashes.clone(), request.command);
    let mut manifest = Manifest::new(prepared, hashes, threads.get(), command);
    manifest.market_discrepancy = judge::discrepancies(prepared, estimates);
    manifest.warnings = judge::warnings(prepared, estimates, &manifest.market_discrepancy);
    manifest.implausible_arms = judge::implausible(prepared, estimates);
    [manifest.shards_taken_over, manifest.shards_run] = sitting.shards;
    let wall = (sitting.before + sitting.begun.elapsed()).as_secs_f64();
    manifest.wall_seconds = wall;
    manifest.person_days_per_second = manifest.person_days as f64 / wall.max(1e-9);
    manifest.peak_memory_bytes = peak_memory();
    report(folder, &manifest, estimates)?;
    let of_draws = [TableFile::Bands, TableFile::Pairs].into_iter();
    written.extend(of_draws.filter(|table| folder.join(table.name()).exists()));
    let scenario = &prepared.scenario;
    files::write(&folder.join("datapackage.json"), |out| {
        write_package(out, [&scenario.name, &scenario.description], &written)
    })
    .map_err(disk)?;
    if scenario.world.flag("report.parquet") {
        parquet(folder, &written).map_err(disk)?;
    }
    Ok(manifest)
}

/// Writes every table once more, as `NAME.parquet` beside `NAME.csv`, from what stands there.
fn parquet(folder: &Path, tables: &[TableFile]) -> Result<(), OutcomeError> {
    for table in tables {
        let path = folder.join(table.name());
        let csv = fs_err::File::open(&path)?;
        files::write(&path.with_extension("parquet"), |out| {
            write_parquet(*table, csv, out)
        })?;
    }
    Ok(())
}

/// What writes the content of a file.
type Fill<'a> = &'a dyn Fn(&mut dyn Write) -> Result<(), OutcomeError>;

/// What the tables come from, group by group.
fn groups(folder: &Path, prepared: &Prepared, estimates: &Estimates) -> Result<(), OutcomeError> {
    let v = &prepared.scenario.world;
    let [seed, people] = ["run.seed", "run.people"].map(|key| v.integer(key) as u64);
    files::write(&folder.join("groups.bin"), |out| {
        write_groups(out, estimates, seed, people)
    })
}

/// All tables.
fn tables(
    folder: &Path,
    prepared: &Prepared,
    (estimates, imitated): Found<'_>,
    threads: NonZeroUsize,
) -> Result<Vec<TableFile>, OutcomeError> {
    let file = |name: &str, fill: Fill<'_>| files::write(&folder.join(name), fill);
    let scenario = &prepared.scenario;
    file("scenario.toml", &|out| {
        Ok(out.write_all(scenario.to_toml().as_bytes())?)
    })?;
    // The two that are long.
    let (outcomes, others) = beside(
        threads,
        || {
            file(TableFile::Outcomes.name(), &|out| {
                write_outcomes(out, estimates)
            })
        },
        || {
            file(TableFile::Differences.name(), &|out| {
                write_differences(out, differences(estimates))
            })
        },
    );
    outcomes.and(others)?;
    let mut described = vec![TableFile::Outcomes, TableFile::Differences];
    let mut table = |table: TableFile, fill: Fill<'_>| {
        described.push(table);
        file(table.name(), fill)
    };
    table(TableFile::Measures, &|out| write_dictionary(out))?;
    let figures = crate::figures(prepared, estimates)?;
    table(TableFile::Calibration, &|out| {
        write_calibration(out, &figures)
    })?;
    if !imitated.is_empty() {
        table(TableFile::Effects, &|out| {
            write_effects(out, estimates, imitated)
        })?;
    }
    Ok(described)
}

fn disk(error: OutcomeError) -> RunFailure {
    RunFailure::Disk {
        doing: "write the results",
        source: into_io(error),
        kept: false,
    }
}

fn into_io(error: OutcomeError) -> io::Error {
    match error {
        OutcomeError::Io(cause) => cause,
        OutcomeError::Csv(cause) => cause.into(),
        other => io::Error::other(other),
    }
}
