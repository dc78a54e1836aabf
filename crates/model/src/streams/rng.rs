//! A [`rand`] generator over one place's blocks.

use std::convert::Infallible;

use rand::TryRng;

use super::{At, Draws};

/// Walks blocks at one [`At`], for samplers that need an unknown number of draws; implements [`rand::Rng`], so that every
/// `rand_distr` distribution can draw from it. Words are used in order and none is skipped; a `u64` takes two, the low
/// half first. After 2³⁴ words it starts again.
#[derive(Clone, Debug)]
pub struct StreamRng {
    draws: Draws,
    at: At,
    /// The next block.
    i: u32,
    words: [u32; 4],
    used: u8,
}

impl StreamRng {
    /// A generator over the blocks from `first` on.
    #[inline]
    pub const fn new(draws: Draws, at: At, first: u32) -> Self {
        StreamRng {
            draws,
            at,
            i: first,
            words: [0; 4],
            used: 4,
        }
    }

    #[inline]
    fn word(&mut self) -> u32 {
        if self.used == 4 {
            self.words = self.draws.block(self.at, self.i);
            self.i = self.i.wrapping_add(1);
            self.used = 0;
        }
        let word = self.words[usize::from(self.used & 3)];
        self.used += 1;
        word
    }
}

impl TryRng for StreamRng {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.word())
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let low = u64::from(self.word());
        Ok((u64::from(self.word()) << 32) | low)
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        for chunk in dst.chunks_mut(4) {
            chunk.copy_from_slice(&self.word().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}
