//! What a run needs of memory, told before it begins: a run that cannot end must not be lived through first.
//!
//! Two things grow with the question. The pilot's people are all in memory at once, each with a state per arm, and their
//! blocks with a tally per arm. And the tables: sums and replicates of every row and arm, beside them first the tallies of
//! the 32 groups of a stratum, then the rows that the report reads back. A run's own people do not count: a block lives at a time.

use std::path::Path;

use overheard_model::block::{ArmState, Leaf};
use overheard_model::columns::{LEAF, ROW};
use overheard_model::strata::GROUPS;
use overheard_outcomes::{Frame, rows};
use overheard_scenario::Scenario;

use crate::frame;
use crate::pilot;
use crate::settings::Tune;
use crate::simulate;

use super::{Event, RunFailure};

/// What nobody has to be told of [bytes].
const SMALL: u64 = 1 << 30;

/// Bytes of one row's estimate with its replicates and whether there is one.
const ESTIMATE: u64 = 8 * (2 + GROUPS as u64);
/// Measured: bytes of a row's key in the three lists that have it, and of a row that the report has read.
const KEY: u64 = 700;
const READ: u64 = 460;
/// Program, threads, charts [bytes].
const BASE: u64 = 64 << 20;

/// Bytes that a run needs at most, about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// While the pilot solves the market.
    pub pilot: u64,
    /// When the tables are made.
    pub tables: u64,
}

impl Need {
    /// The pilot is gone when the tables come.
    pub fn whole(&self) -> u64 {
        self.pilot.max(self.tables) + BASE
    }

    pub fn of(scenario: &Scenario, tune: Tune) -> Self {
        let mut lived = scenario.clone();
        // The pilot lives the month without a policy, too.
        lived.arms.extend(scenario.status_quo());
        let world = frame::pilot_world(&lived);
        let (arms, lived) = (scenario.arms.len() as u64, lived.arms.len() as u64);
        let tally = 8 * world.layout.cells() as u64;
        let leaf = size_of::<Leaf>() as u64 + lived * state();
        let people = world.strata.iter().map(|s| s.people);
        let [blocks, leaves] = [pilot::BLOCK, LEAF as u64].map(|size| {
            let of = |people: u64| people.div_ceil(size);
            people.clone().map(of).sum::<u64>()
        });
        let frame = simulate::frame_of(scenario, &frame::run_world(scenario));
        Need {
            pilot: blocks * lived * tally + leaves * leaf,
            tables: tables(&frame, arms, tally) + tune.threads.get() as u64 * 8 * arms * tally,
        }
    }
}

/// An arm's state of a leaf, with seats for half of its people.
fn state() -> u64 {
    (size_of::<ArmState>() + LEAF / ROW / 2 * size_of::<overheard_model::block::ChatRow>()) as u64
}

fn tables(frame: &Frame, arms: u64, tally: u64) -> u64 {
    let rows = rows(frame) as u64;
    // Of the sums one arm is there twice while they are handed over. Tallies of groups are twice as wide.
    let sums = rows * KEY + arms * rows * ESTIMATE;
    let folding = GROUPS as u64 * arms * 2 * tally;
    let reading = (2 * arms - 1) * rows * READ;
    sums + folding.max(rows * ESTIMATE).max(reading)
}

/// Says what a large run needs; a pilot that was `solved` before needs nothing.
///
/// # Errors
/// There is not so much.
pub fn check(
    scenario: &Scenario,
    tune: Tune,
    solved: bool,
    events: &mut dyn FnMut(Event),
) -> Result<(), RunFailure> {
    let mut need = Need::of(scenario, tune);
    if solved {
        need.pilot = 0;
    }
    let needed = need.whole();
    match free(tune) {
        Some(free) if needed > free => return Err(RunFailure::Memory { need, free }),
        _ if needed > SMALL => events(Event::Memory { needed }),
        _ => {}
    }
    Ok(())
}

/// Bytes that this process can still have; nothing where the system does not tell.
fn free(tune: Tune) -> Option<u64> {
    /// Of an address space each thread reserves so much, and of the rest some is lost between allocations.
    const RESERVED: u64 = 128 << 20;
    let reserved = tune.threads.get() as u64 * RESERVED;
    let text = |path: &str| std::fs::read_to_string(path).ok();
    let machine = text("/proc/meminfo").and_then(|t| kib(&t, "MemAvailable:"));
    let own = || kib(&text("/proc/self/status")?, "VmSize:");
    let limit = text("/proc/self/limits").and_then(|t| address_space(&t));
    let address_space =
        limit.and_then(|limit| Some(limit.saturating_sub(own()? + reserved) / 5 * 4));
    let group = text("/proc/self/cgroup").and_then(|t| group(&t));
    [machine, address_space, group].into_iter().flatten().min()
}

/// A number of kibibytes after a name, in bytes.
fn kib(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// The soft limit of the address space.
fn address_space(text: &str) -> Option<u64> {
    let line = text
        .lines()
        .find_map(|l| l.strip_prefix("Max address space"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// What the control groups that the process is in leave of their limits. What they hold of files can be dropped.
fn group(text: &str) -> Option<u64> {
    let own = text.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let root = Path::new("/sys/fs/cgroup");
    let folder = root.join(own);
    let groups = folder.ancestors().take_while(|f| f.starts_with(root));
    groups.filter_map(left).min()
}

fn left(group: &Path) -> Option<u64> {
    let text = |name: &str| std::fs::read_to_string(group.join(name)).ok();
    let limit: u64 = text("memory.max")?.trim().parse().ok()?;
    let used: u64 = text("memory.current")?.trim().parse().ok()?;
    let stat = text("memory.stat")?;
    let files = stat.lines().find_map(|line| line.strip_prefix("file "));
    let files: u64 = files?.trim().parse().ok()?;
    Some(limit.saturating_sub(used.saturating_sub(files)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_is_understood() {
        let meminfo = "MemTotal:       24577768 kB\nMemAvailable:   23111224 kB\n";
        assert_eq!(kib(meminfo, "MemAvailable:"), Some(23_111_224 * 1024));
        assert_eq!(kib(meminfo, "SwapFree:"), None);
        let limits = |soft: &str| {
            format!("Max address space         {soft}            unlimited            bytes\n")
        };
        assert_eq!(address_space(&limits("1073741824")), Some(1 << 30));
        assert_eq!(address_space(&limits("unlimited")), None);
    }

    #[test]
    fn need_grows_with_arms_cuts_and_pilot() {
        let need = |text: &str| {
            let file = overheard_scenario::ScenarioFile::parse("t.toml", text.as_bytes());
            let scenario = file.unwrap().scenario::<&str>(&[]).unwrap();
            Need::of(&scenario, Tune::new(std::num::NonZeroUsize::MIN))
        };
        let arms = "[[arm]]\nname = \"a\"\n[[arm]]\nname = \"b\"\n";
        let one = need("name = \"x\"\n");
        let two = need(arms);
        let cuts = need(&format!("report.cuts = [\"day*market*age*app\"]\n{arms}"));
        let people = need(&format!("pilot.people = 160_000\n{arms}"));
        assert!(two.tables > 3 * one.tables / 2 && two.pilot > 5 * one.pilot / 4);
        assert!(cuts.tables > 2 * two.tables && cuts.pilot == two.pilot);
        assert!(people.pilot > 5 * two.pilot && people.tables == two.tables);
    }
}
