//! What an engine keeps of a window's exposures, and what follows about "at least one".

use overheard_model::block::{Exposure, topic_column as col};

/// Means of what was not drawn, or counts of what was.
///
/// | column of [`Exposure`] or signal | `Means` | `Counts` |
/// |---|---|---|
/// | `marked` | chat-derived ads clicked or recognised | all chat-derived ads |
/// | `unmarked` | mean of the others | 0 |
/// | `displaced`, `chat_today`, what signals earned | means | counts |
/// | `by_slot` | flows by profile slot | in one lane, see [`Kept::expected`]; flows go to the tables at once |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    Means,
    Counts,
}

impl Kept {
    /// Chance of at least one, of what came to `amount`: a mean of a Poisson number, or the number itself.
    pub fn any(self, amount: f64) -> f64 {
        match self {
            Kept::Means => -libm::expm1(-amount),
            Kept::Counts => f64::from(u8::from(amount > 0.0)),
        }
    }

    /// A person's expected chat-derived ads of the window: those clicked or recognised, and the mean of the others. Both
    /// engines spread people by it, since counts are more unequal than expectations.
    pub fn expected(self, x: &Exposure, lane: usize) -> f32 {
        match self {
            Kept::Means => {
                let marked: u32 = x.marked.iter().map(|app| u32::from(app[lane])).sum();
                let unmarked: f32 = x.unmarked.iter().map(|app| app[lane]).sum();
                marked as f32 + unmarked
            }
            Kept::Counts => x.by_slot[EXPECTED_COLUMN][EXPECTED_SLOT][lane],
        }
    }

    /// Adds to [`Kept::expected`] of a person whose exposures are counted.
    pub fn expect(x: &mut Exposure, lane: usize, ads: f64) {
        x.by_slot[EXPECTED_COLUMN][EXPECTED_SLOT][lane] += ads as f32;
    }
}

/// Where the counting engine, which has no use for flows by slot, keeps the expected chat-derived ads. A standing slot,
/// so it is never vacated.
const EXPECTED_COLUMN: usize = col::IMPRESSIONS;
const EXPECTED_SLOT: usize = 0;

#[cfg(test)]
mod tests {
    use super::Kept;

    #[test]
    fn a_count_is_certain_and_a_mean_is_not() {
        assert_eq!((Kept::Counts.any(0.0), Kept::Counts.any(3.0)), (0.0, 1.0));
        assert_eq!(Kept::Means.any(0.0), 0.0);
        assert!((Kept::Means.any(2.0) - 0.864_664_716_763_387_3).abs() < 1e-15);
    }
}
