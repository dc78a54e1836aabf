//! Cards dealt by weight.

use crate::samplers::pick;

/// Deals distinct cards with exact inclusion probabilities: one uniform takes one of many fixed shuffles, so that the
/// order of the taxonomy does not decide which topics go together, another one deals from it by systematic sampling
/// (Madow 1949).
#[derive(Clone, Debug)]
pub struct Deck {
    /// Per shuffle: cards in order, and their cumulative weights scaled to 1.
    shuffles: Vec<(Vec<u8>, pick::Sums)>,
}

const SHUFFLES: usize = 64;

impl Deck {
    /// A deck of one card for each weight that is not 0.
    pub fn new(weights: &[f64]) -> Self {
        let total: f64 = weights.iter().sum();
        let shuffles = (0..SHUFFLES)
            .map(|s| {
                let mut cards: Vec<u8> = (0..weights.len())
                    .filter(|i| weights[*i] > 0.0)
                    .map(|i| i as u8)
                    .collect();
                shuffle(&mut cards, s as u64);
                let mut sum = 0.0;
                let cumulative = cards
                    .iter()
                    .map(|c| {
                        sum += weights[*c as usize] / total;
                        sum
                    })
                    .collect();
                (cards, pick::Sums::new(cumulative))
            })
            .collect();
        Deck { shuffles }
    }

    /// One card.
    #[inline]
    pub fn draw(&self, u: f64) -> u8 {
        self.pick(&self.shuffles[0], u)
    }

    /// `N` cards, distinct as long as no card has more than 1/N of the weight. Inlined, so that it is compiled for the
    /// caller's instruction set.
    #[inline(always)]
    pub fn deal<const N: usize>(&self, u_shuffle: f64, u: f64) -> [u8; N] {
        let shuffle = &self.shuffles[(u_shuffle * SHUFFLES as f64) as usize % SHUFFLES];
        let mut cards = [0; N];
        for (k, card) in cards.iter_mut().enumerate() {
            *card = self.pick(shuffle, (u + k as f64) / N as f64);
        }
        cards
    }

    #[inline(always)]
    fn pick(&self, (cards, cumulative): &(Vec<u8>, pick::Sums), u: f64) -> u8 {
        cards[cumulative.at(u).unwrap_or(cards.len() - 1)]
    }
}

/// A fixed Fisher–Yates shuffle from a small linear congruential generator (Knuth's MMIX constants): part of the
/// taxonomy, not a random draw of the simulation.
fn shuffle(cards: &mut [u8], number: u64) {
    let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(1);
    for i in (1..cards.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let j = ((state >> 33) as usize) % (i + 1);
        cards.swap(i, j);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deals_are_distinct_and_have_exact_inclusion() {
        let weights: Vec<f64> = (1..=40).map(f64::from).collect();
        let deck = Deck::new(&weights);
        let mut counts = [0u32; 40];
        let n = 20_000;
        for i in 0..n {
            let cards: [u8; 6] = deck.deal(
                (i % 64) as f64 / 64.0,
                (f64::from(i / 64) + 0.5) / f64::from(n / 64),
            );
            let mut sorted = cards;
            sorted.sort_unstable();
            assert!(sorted.windows(2).all(|w| w[0] != w[1]));
            for c in cards {
                counts[c as usize] += 1;
            }
        }
        for (i, c) in counts.iter().enumerate() {
            let want = 6.0 * weights[i] / 820.0;
            let got = f64::from(*c) / f64::from(n);
            assert!((got - want).abs() < 0.01, "{i}: {got} for {want}");
        }
    }
}
