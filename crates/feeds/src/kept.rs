//! What an engine keeps of a window's exposures, and what follows about "at least one".

use overheard_model::block::Exposure;

/// Means of what was not drawn, or counts of what was. Amounts (displaced ads, chat-derived ads of today, what signals
/// earned) are whichever of the two the engine keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Integrated: a few ads of a person are drawn, the mean of the others is kept; flows stay with the profile slots until
    /// the window closes.
    Means,
    /// Drawn: all ads are, and their flows go to the tables at once.
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

    /// A person's expected chat-derived ads of the window: those drawn, and the mean of the others. Both engines spread
    /// people by it, since counts are more unequal than expectations; where all are drawn it is kept apart.
    pub fn expected(self, x: &Exposure, lane: usize) -> f32 {
        match self {
            Kept::Means => {
                let marked: u32 = x.marked.iter().map(|app| u32::from(app[lane])).sum();
                let unmarked: f32 = x.unmarked.iter().map(|app| app[lane]).sum();
                marked as f32 + unmarked
            }
            Kept::Counts => x.expected[lane],
        }
    }
}

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
