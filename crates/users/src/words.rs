//! Random words of the streams from which people are born one by one, for a whole leaf at once.

use overheard_model::columns::{Indices, LEAF};
use overheard_model::isa::Isa;
use overheard_model::streams::{At, Draws, NO_DAY, Stream, unit32_f64};

/// Which blocks of which streams are drawn ahead: stream, first block, how many.
const AHEAD: [(Stream, u32, u32); 8] = [
    (Stream::Person, 0, 4),
    (Stream::Treated, 0, 1),
    (Stream::Join, 0, 1),
    (Stream::Interests, 0, 3),
    (Stream::Traits, 0, 4),
    (Stream::Habit, 0, 3),
    (Stream::LastChat, 0, 1),
    (Stream::Notice, 0, 4),
];
const BLOCKS: usize = {
    let (mut k, mut sum) = (0, 0);
    while k < AHEAD.len() {
        sum += AHEAD[k].2 as usize;
        k += 1;
    }
    sum
};

/// The words of the people of a leaf.
#[derive(Debug)]
pub struct Words {
    draws: Draws,
    stratum: u16,
    index: Indices,
    blocks: Box<[[[u32; LEAF]; 4]; BLOCKS]>,
}

impl Words {
    /// Room for the words of a leaf, none drawn yet.
    pub fn new(draws: Draws) -> Self {
        Words {
            draws,
            stratum: 0,
            index: [0; LEAF],
            blocks: Box::new([[[0; LEAF]; 4]; BLOCKS]),
        }
    }

    /// Draws for the first `people` of a leaf.
    pub fn draw(&mut self, isa: Isa, stratum: u16, index: &Indices, people: usize) {
        (self.stratum, self.index) = (stratum, *index);
        let (draws, blocks) = (self.draws, &mut *self.blocks);
        isa.run(
            #[inline(always)]
            || {
                let mut to = blocks.iter_mut();
                for (stream, begin, n) in AHEAD {
                    for (i, block) in (begin..begin + n).zip(&mut to) {
                        draws.lanes(stratum, index, NO_DAY, stream, i, people, block);
                    }
                }
            },
        );
    }

    /// Four uniforms of a person's block: what [`Draws::units`] gives there.
    #[inline]
    pub fn units(&self, lane: usize, stream: Stream, i: u32) -> [f64; 4] {
        let mut before = 0;
        for (ahead, begin, n) in AHEAD {
            if ahead as u16 == stream as u16 && i >= begin && i < begin + n {
                let block = &self.blocks[before + (i - begin) as usize];
                return std::array::from_fn(|word| unit32_f64(block[word][lane]));
            }
            before += n as usize;
        }
        let at = At::person(self.stratum, self.index[lane], stream);
        self.draws.units(at, i)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_drawn_ahead_are_those_of_the_place() {
        let draws = Draws::new(5);
        let mut words = Words::new(draws);
        let people = std::array::from_fn(|lane| 128 + lane as u32);
        words.draw(Isa::best(), 9, &people, LEAF);
        for (stream, i) in [
            (Stream::Person, 3),
            (Stream::LastChat, 0),
            (Stream::Notice, 3),
            (Stream::Notice, 40),
        ] {
            for lane in [0, 17, 63] {
                let at = At::person(9, 128 + lane as u32, stream);
                assert_eq!(words.units(lane, stream, i), draws.units(at, i));
            }
        }
    }
}
