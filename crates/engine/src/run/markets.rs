//! Markets that were solved before: a run of the same scenario with other people or another seed meets the same prices, and
//! need not solve them again.
//!
//! One file per market, named by everything that it depends on, the build of the program included. It ends with a checksum
//! over name and content: a file that is damaged, cut short or another's is as good as none. Nothing here is an error;
//! whoever cannot keep markets solves them.

use std::io;
use std::path::PathBuf;
use std::time::SystemTime;

use fs_err as fs;
use overheard_scenario::{BESIDE, Scenario};
use sha2::{Digest, Sha256};

use super::{files, folder, path};
use crate::BUILD;
use crate::frame;
use crate::pilot::Path;

/// The oldest make room for new ones; a market takes some hundred kilobytes.
const MOST: usize = 100;
/// Bytes of a checksum.
const SUM: usize = 32;

/// Where the market of a scenario is kept.
pub struct Kept {
    folder: PathBuf,
    name: String,
}

impl Kept {
    /// In a folder that may not be there yet.
    pub fn of(scenario: &Scenario, folder: &std::path::Path) -> Self {
        let mut hash = Sha256::new();
        hash.update(BUILD);
        hash.update(scenario.canonical_but(&BESIDE));
        Kept {
            folder: folder.to_owned(),
            name: folder::hex(&hash.finalize()),
        }
    }

    /// Reads it, if it is there and whole.
    pub fn read(&self, scenario: &Scenario) -> Option<Path> {
        let bytes = fs::read(self.file()).ok()?;
        let (content, sum) = bytes.split_last_chunk::<SUM>()?;
        if self.sum(content) != *sum {
            return None;
        }
        path::decode(content, &frame::run_world(scenario))
    }

    /// Keeps it, if that is possible.
    pub fn write(&self, encoded: &[u8]) {
        let written = fs::create_dir_all(&self.folder).and_then(|()| {
            files::write::<io::Error>(&self.file(), |out| {
                out.write_all(encoded)?;
                out.write_all(&self.sum(encoded))
            })
        });
        match written {
            Ok(()) => self.make_room(),
            Err(error) => tracing::info!(%error, "the market is not kept"),
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.join(&self.name)
    }

    fn sum(&self, content: &[u8]) -> [u8; SUM] {
        let mut hash = Sha256::new();
        hash.update(&self.name);
        hash.update(content);
        hash.finalize().into()
    }

    fn make_room(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        let mut all: Vec<(SystemTime, PathBuf)> = entries
            .filter_map(|entry| {
                let entry = entry.ok()?;
                Some((entry.metadata().ok()?.modified().ok()?, entry.path()))
            })
            .collect();
        all.sort();
        let many = all.len().saturating_sub(MOST);
        for (_, file) in &all[..many] {
            // Another run may have been faster.
            let _ = fs::remove_file(file);
        }
    }
}

#[cfg(test)]
mod tests {
    use overheard_scenario::ScenarioFile;

    use super::*;

    fn scenario(overrides: &[&str]) -> Scenario {
        let text = "[time]\nstart = 2025-12-18\nend = 2025-12-19\n[[arm]]\nname = \"a\"\n";
        let file = ScenarioFile::parse("t.toml", text.as_bytes()).unwrap();
        file.scenario(overrides).unwrap()
    }

    #[test]
    fn a_market_is_found_by_what_it_depends_on_and_by_nothing_else() {
        let name = |overrides: &[&str]| Kept::of(&scenario(overrides), "m".as_ref()).name;
        let plain = name(&[]);
        for same in ["run.people=5000", "run.seed=7", "trace.people=0"] {
            assert_eq!(name(&[same]), plain, "{same}");
        }
        for other in [
            "pilot.people=2000",
            "pilot.seed=7",
            "ads.kappa=11",
            "time.end=2025-12-20",
        ] {
            assert_ne!(name(&[other]), plain, "{other}");
        }
    }

    /// At every length, and with a bit turned at each of a hundred places: nothing, and no panic.
    #[test]
    fn what_is_damaged_is_as_good_as_none() {
        let dir = tempfile::tempdir().unwrap();
        let scenario = scenario(&[]);
        let kept = Kept::of(&scenario, &dir.path().join("not/there/yet"));
        assert!(kept.read(&scenario).is_none());
        let world = frame::run_world(&scenario);
        let encoded = path::encode(&path::blank(&world), &world);
        kept.write(&encoded);
        assert!(kept.read(&scenario).is_some());
        let whole = fs::read(kept.file()).unwrap();
        for k in 0..100 {
            let at = k * whole.len() / 100;
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (k % 8);
            fs::write(kept.file(), &bytes).unwrap();
            assert!(kept.read(&scenario).is_none(), "a bit at {at}");
            fs::write(kept.file(), &whole[..at]).unwrap();
            assert!(kept.read(&scenario).is_none(), "the first {at} bytes");
        }
        // Whole, but another's.
        let other = Kept {
            name: "other".to_owned(),
            ..Kept::of(&scenario, &kept.folder)
        };
        fs::write(other.file(), &whole).unwrap();
        assert!(other.read(&scenario).is_none());
    }

    #[test]
    fn old_ones_make_room() {
        let dir = tempfile::tempdir().unwrap();
        for k in 0..MOST + 3 {
            fs::write(dir.path().join(format!("old-{k}")), b"").unwrap();
        }
        let kept = Kept::of(&scenario(&[]), dir.path());
        std::thread::sleep(std::time::Duration::from_millis(20));
        kept.write(b"new");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), MOST);
        assert!(kept.file().exists());
    }
}
