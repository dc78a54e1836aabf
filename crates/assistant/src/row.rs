//! Candidate chats side by side: their random words, and what can be told of all alike.

use overheard_model::block::Leaf;
use overheard_model::calendar::Day;
use overheard_model::columns::{ROW, STANDING, TRUE_SLOTS};
use overheard_model::streams::{Draws, Stream, unit32_f64};

use crate::params::Params;
use crate::subject;

/// Whose chat, and which of the person's day.
pub type Candidate = (u8, u8);

/// As many candidate chats as a row holds. What stands beyond them means nothing.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Two blocks of words each.
    words: [[[u32; ROW]; 4]; 2],
    /// Where each is held: the number of a surface.
    pub surface: [u8; ROW],
    /// What kind of subject each has, and what is left of the uniform that told: see [`subject::kind`].
    pub kind: [u8; ROW],
    pub left: [f64; ROW],
}

impl Row {
    /// Draws up to [`ROW`] chats of a leaf's people.
    #[inline(always)]
    pub fn draw(
        p: &Params,
        draws: &Draws,
        stratum: u16,
        day: Day,
        leaf: &Leaf,
        chats: &[Candidate],
    ) -> Self {
        let (mut index, mut has, mut block) = ([0; ROW], [0; ROW], [[0; ROW]; 2]);
        let mut strength = [[0.0; ROW]; TRUE_SLOTS - STANDING];
        for (k, (lane, number)) in chats.iter().take(ROW).enumerate() {
            let lane = usize::from(*lane);
            (index[k], has[k]) = (leaf.index[lane], u32::from(leaf.who.surfaces[lane]));
            block[0][k] = 2 * u32::from(*number);
            block[1][k] = block[0][k] + 1;
            for (strength, z) in strength.iter_mut().zip(&leaf.who.z[STANDING..]) {
                strength[k] = z[lane];
            }
        }
        let first = draws.row(stratum, day, Stream::Chat, &index, &block[0]);
        let second = draws.row(stratum, day, Stream::Chat, &index, &block[1]);
        let [u_surface, _, u_subject, _] = &first;
        let (mut surface, mut kind, mut left) = ([0; ROW], [0; ROW], [0.0; ROW]);
        for k in 0..ROW {
            surface[k] = p.surface(has[k], unit32_f64(u_surface[k])) as u8;
        }
        for k in 0..ROW {
            let mut alive = 0.0;
            for strength in &strength {
                alive += if strength[k] >= 1.0 { 1.0 } else { 0.0 };
            }
            let (its_kind, its_left) = subject::kind(p, alive, unit32_f64(u_subject[k]));
            (kind[k], left[k]) = (its_kind as u8, its_left);
        }
        Row {
            words: [first, second],
            surface,
            kind,
            left,
        }
    }

    /// A word of the chat at `k`, as a uniform: which block, and which of its words.
    #[inline]
    pub fn unit(&self, block: usize, word: usize, k: usize) -> f64 {
        unit32_f64(self.words[block][word][k])
    }
}
