//! `--tune`: what changes speed and no outcome.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use overheard_engine::{BLOCK, Isa, Tune, Wiring};
use overheard_questions::markets_folder;

/// Most people in a block: some hundred megabytes of columns.
const MOST: u32 = 65_536;

/// What `--tune` set; the engine's choice for the rest.
#[derive(Clone, Debug, Default)]
pub struct Tuning {
    isa: Option<Isa>,
    block: Option<u32>,
    wiring: Option<Wiring>,
    keep: Option<bool>,
}

impl Tuning {
    /// The engine's settings on so many threads, with these in place.
    pub fn tune(&self, threads: NonZeroUsize) -> Tune {
        let mut tune = Tune::new(threads);
        if let Some(isa) = self.isa {
            tune.isa = isa;
        }
        if let Some(block) = self.block {
            tune.block = block;
        }
        if let Some(wiring) = self.wiring {
            tune.wiring = wiring;
        }
        tune
    }
}

impl Tuning {
    /// Where solved markets are kept for other runs. Nowhere if `--tune` or the system says so.
    pub fn markets(&self) -> Option<PathBuf> {
        self.keep.unwrap_or(true).then(markets_folder)?
    }
}

impl FromStr for Tuning {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut tuning = Tuning::default();
        for part in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            let fine = match key.trim() {
                "isa" => set(&mut tuning.isa, Isa::named(value.trim())),
                "block" => set(&mut tuning.block, block(value.trim())),
                "wiring" => set(&mut tuning.wiring, value.trim().parse().ok()),
                "markets" => set(&mut tuning.keep, keep(value.trim())),
                _ => false,
            };
            if !fine {
                return Err(format!(
                    "`{part}` is not possible here; possible: {}",
                    possible()
                ));
            }
        }
        Ok(tuning)
    }
}

fn set<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    *place = value;
    place.is_some()
}

fn keep(text: &str) -> Option<bool> {
    match text {
        "keep" => Some(true),
        "solve" => Some(false),
        _ => None,
    }
}

fn block(text: &str) -> Option<u32> {
    let people: u32 = text.parse().ok()?;
    (people > 0 && people <= MOST && people.is_multiple_of(BLOCK)).then_some(people)
}

/// Reads the name of an instruction set.
///
/// # Errors
/// This machine has none of that name.
pub fn isa(name: &str) -> Result<Isa, String> {
    Isa::named(name.trim()).ok_or_else(|| format!("possible here: {}", isas().join(", ")))
}

/// The instruction sets that this machine has.
fn isas() -> Vec<&'static str> {
    ["scalar", "avx2", "avx512"]
        .into_iter()
        .filter(|name| Isa::named(name).is_some())
        .collect()
}

/// What this machine can do.
fn possible() -> String {
    format!(
        "isa={}, block=N (a multiple of {BLOCK} up to {MOST}), wiring=actors|inline, markets=keep|solve",
        isas().join("|")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_taken_and_the_rest_left() {
        let tuning: Tuning = "isa=scalar, block=512,wiring=inline".parse().unwrap();
        let tune = tuning.tune(NonZeroUsize::MIN);
        assert_eq!(
            (tune.isa.name(), tune.block, tune.wiring),
            ("scalar", 512, Wiring::Inline)
        );
        let (chosen, default) = (
            Tuning::default().tune(NonZeroUsize::MIN),
            Tune::new(NonZeroUsize::MIN),
        );
        assert!(
            "markets=solve"
                .parse::<Tuning>()
                .unwrap()
                .markets()
                .is_none()
        );
        assert_eq!(
            (chosen.isa.name(), chosen.block),
            (default.isa.name(), default.block)
        );
    }

    #[test]
    fn one_error_lists_what_is_possible() {
        for bad in [
            "isa=neon",
            "block=100",
            "block=0",
            "block=-256",
            "block=64",
            "block=131072",
            "wiring=tcp",
            "speed=9",
            "isa",
            "markets=no",
        ] {
            let message = bad.parse::<Tuning>().unwrap_err();
            assert!(
                message.starts_with(&format!("`{bad}` is not possible here")),
                "{message}"
            );
            assert!(
                message.contains("isa=scalar") && message.contains("wiring=actors|inline"),
                "{message}"
            );
        }
    }
}
