//! Strata: market × age × (assistant user or not), how many people each represents, and how many are simulated.
//!
//! Everything a stratum's people do is tallied in unweighted integers; the stratum's weight, represented over simulated
//! people, is applied once at the end. Represented people are whole people, so that a run which simulates as many
//! assistant users as there are has weights of exactly 1.

use std::ops::Range;

use crate::columns::LEAF;
use crate::ids::{Age, Market};

/// Strata in the full list, empty ones included.
pub const STRATA: usize = Market::COUNT * Age::COUNT * 2;
/// Replicates of the jackknife, and the most groups of consecutive people into which a stratum is split for it.
pub const REPLICATES: usize = 32;
/// The fewest groups of a stratum.
pub const FEWEST_GROUPS: usize = 8;
/// Fewest people simulated in a stratum that represents anybody.
pub const MINIMUM: u64 = 32;
/// Assistant users simulated per simulated person who does not use the assistant.
pub const OTHERS: u64 = 16;

/// The people of one market, age, and relation to the assistant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stratum {
    pub market: Market,
    pub age: Age,
    /// Whether they use the assistant.
    pub assistant: bool,
    /// Simulated people.
    pub people: u64,
    /// Represented people; a whole number.
    pub represented: f64,
    /// Whether it is one group: what is wanted is its sums, not their sampling errors.
    pub whole: bool,
}

impl Stratum {
    /// Represented people per simulated person; 0 for a stratum without people.
    pub fn weight(&self) -> f64 {
        if self.people == 0 {
            0.0
        } else {
            self.represented / self.people as f64
        }
    }

    /// Position in the full list.
    pub fn index(&self) -> u16 {
        stratum_index(self.market, self.age, self.assistant)
    }

    /// Its jackknife groups: as many as it has leaves, but not fewer than [`FEWEST_GROUPS`] and not more than there are
    /// [`REPLICATES`].
    pub fn groups(&self) -> usize {
        if self.whole {
            return 1;
        }
        let most = REPLICATES as u64;
        let leaves = self.people.div_ceil(LEAF as u64);
        (leaves.min(most) as usize).max(FEWEST_GROUPS)
    }

    /// The people of group `g`: consecutive. Groups are whole leaves, as many as each other or one more, since a leaf takes
    /// as long when it is half empty; only a stratum of fewer leaves than groups is split inside them.
    pub fn group(&self, g: usize) -> Range<u64> {
        let (people, leaf, groups) = (self.people, LEAF as u64, self.groups());
        let leaves = people.div_ceil(leaf);
        let begin = |g: usize| {
            let part = |all: u64| ((u128::from(all) * g as u128) / groups as u128) as u64;
            if leaves < groups as u64 {
                part(people)
            } else {
                people.min(leaf * part(leaves))
            }
        };
        begin(g)..begin(g + 1)
    }

    /// The replicate of the jackknife that leaves out group `g`: one for each group. Strata of few groups take turns, so
    /// that every replicate leaves out about as many people.
    pub fn replicate(&self, g: usize) -> usize {
        /// Coprime to the replicates, far from their divisors.
        const TURN: usize = 11;
        (g * REPLICATES / self.groups() + usize::from(self.index()) * TURN) % REPLICATES
    }
}

/// Position in the full list of [`STRATA`]: markets slowest, then ages, then assistant users before the others.
pub fn stratum_index(market: Market, age: Age, assistant: bool) -> u16 {
    ((market.index() * Age::COUNT + age.index()) * 2 + usize::from(!assistant)) as u16
}

/// What the represented people are computed from, by market and age index.
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    /// Monthly users of any of the apps (million people).
    pub family_people: [f64; Market::COUNT],
    /// Monthly users of the assistant (million people).
    pub assistant_users: [f64; Market::COUNT],
    /// Ages of the family's people (relative; normalised per market).
    pub age_shares: [[f64; Age::COUNT]; Market::COUNT],
    /// Chance to use the assistant, relative to other ages of the market.
    pub tilts: [[f64; Age::COUNT]; Market::COUNT],
}

/// Represented people of every stratum, in the order of [`stratum_index`].
///
/// A market's assistant users fall on its ages in proportion to `age share × tilt`, but never more on an age than it has
/// people: the excess goes to the other ages in the same proportion. A market with more assistant users than people
/// counts all its people as assistant users. Numbers are rounded to whole people by largest remainder, which keeps each
/// market's totals (rounded to a person). A market whose shares are all zero is empty.
pub fn represented(population: &Population) -> [f64; STRATA] {
    let mut all = [0.0; STRATA];
    for market in Market::ALL.iter().copied() {
        let m = market.index();
        let shares = &population.age_shares[m];
        let family = largest_remainder(shares, (population.family_people[m] * 1e6).round());
        let mut pull = [0.0; Age::COUNT];
        for (a, p) in pull.iter_mut().enumerate() {
            *p = shares[a] * population.tilts[m][a];
        }
        let users = fill_up(
            &pull,
            &family,
            (population.assistant_users[m] * 1e6).round(),
        );
        for age in Age::ALL.iter().copied() {
            let a = age.index();
            all[stratum_index(market, age, true) as usize] = users[a];
            all[stratum_index(market, age, false) as usize] = family[a] - users[a];
        }
    }
    all
}

/// Splits `total` whole things in proportion to `parts`, never more than `caps` (whole numbers) on one.
fn fill_up(parts: &[f64; Age::COUNT], caps: &[f64; Age::COUNT], total: f64) -> [f64; Age::COUNT] {
    let mut full = [false; Age::COUNT];
    // Each pass fills at least one more part or ends: pouring the excess on the rest can only fill more of them.
    loop {
        let mut open = *parts;
        let mut left = total;
        for a in 0..Age::COUNT {
            if full[a] {
                open[a] = 0.0;
                left -= caps[a];
            }
        }
        let sum: f64 = open.iter().sum();
        let over = (0..Age::COUNT).filter(|&a| open[a] > 0.0 && left * open[a] / sum >= caps[a]);
        let over: Vec<usize> = over.collect();
        if over.is_empty() {
            let mut filled = largest_remainder(&open, left.max(0.0));
            for a in 0..Age::COUNT {
                if full[a] {
                    filled[a] = caps[a];
                }
            }
            return filled;
        }
        for a in over {
            full[a] = true;
        }
    }
}

/// Splits `total` (a whole number) in proportion to `parts`: whole numbers that sum to it, all 0 if every part is 0.
fn largest_remainder<const N: usize>(parts: &[f64; N], total: f64) -> [f64; N] {
    let counts = apportion(parts, total as u64);
    std::array::from_fn(|i| counts[i] as f64)
}

/// Largest-remainder (Hamilton) apportionment; equal remainders are served in order.
fn apportion(parts: &[f64], total: u64) -> Vec<u64> {
    let sum: f64 = parts.iter().sum();
    if sum <= 0.0 {
        return vec![0; parts.len()];
    }
    let scale = total as f64 / sum;
    let quotas: Vec<f64> = parts.iter().map(|p| p * scale).collect();
    let mut counts: Vec<u64> = quotas.iter().map(|q| q.floor() as u64).collect();
    let mut order: Vec<usize> = (0..parts.len()).filter(|&i| parts[i] > 0.0).collect();
    order.sort_by(|&i, &j| quotas[j].fract().total_cmp(&quotas[i].fract()));
    let given: u64 = counts.iter().sum();
    // Rounding of the quotas could at most give one too many to a part whose quota is whole: take it back from the last.
    for &i in order
        .iter()
        .rev()
        .take(given.saturating_sub(total) as usize)
    {
        counts[i] -= 1;
    }
    let missing = total.saturating_sub(given) as usize;
    for &i in order.iter().cycle().take(missing) {
        counts[i] += 1;
    }
    counts
}

/// Simulated people of each stratum, in proportion to the represented, at least `minimum` where anybody is represented.
///
/// If `people` reaches `minimum` for every non-empty stratum, the counts sum to `people` exactly: strata whose share
/// falls short get the minimum and the rest is split among the others by largest remainder. If it does not, every
/// non-empty stratum gets the minimum and the total is larger than `people`.
pub fn allocate(represented: &[f64], people: u64, minimum: u64) -> Vec<u64> {
    let mut open: Vec<f64> = represented.iter().map(|r| r.max(0.0)).collect();
    let mut pinned = vec![false; open.len()];
    loop {
        let left = people.saturating_sub(minimum * pinned.iter().filter(|p| **p).count() as u64);
        let sum: f64 = open.iter().sum();
        let short: Vec<usize> = (0..open.len())
            .filter(|&i| open[i] > 0.0 && left as f64 * open[i] / sum < minimum as f64)
            .collect();
        if short.is_empty() {
            let mut counts = apportion(&open, left);
            for (count, pinned) in counts.iter_mut().zip(&pinned) {
                if *pinned {
                    *count = minimum;
                }
            }
            return counts;
        }
        for i in short {
            open[i] = 0.0;
            pinned[i] = true;
        }
    }
}

/// The full list of [`STRATA`] for a run with `people` simulated assistant users, in proportion to the represented;
/// `people / 16` others come on top, as many in every market. Strata that represent nobody have no people.
pub fn strata(population: &Population, people: u64) -> Vec<Stratum> {
    strata_of(
        &represented(population),
        (people, Share::Represented),
        (people / OTHERS, Share::Markets),
    )
}

/// How simulated people are shared out over strata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// In proportion to the people they represent: everybody counts alike.
    Represented,
    /// As many in every market, and in proportion inside it: every market is known equally well.
    Markets,
}

/// Moves the minors who declare an adult's age to the youngest adult band, and says for every stratum what share of its
/// people they are: the strata are by declared age from here on.
pub fn declare(represented: &mut [f64; STRATA], minors_declaring_adult: f64) -> Vec<f64> {
    let mut minors = vec![0.0; STRATA];
    for market in Market::ALL.iter().copied() {
        for assistant in [true, false] {
            let young = stratum_index(market, Age::A13, assistant) as usize;
            let adult = stratum_index(market, Age::A18, assistant) as usize;
            let moved = (represented[young] * minors_declaring_adult).round();
            represented[young] -= moved;
            represented[adult] += moved;
            if represented[adult] > 0.0 {
                minors[adult] = moved / represented[adult];
            }
        }
    }
    minors
}

/// [`strata`] from the represented people of every stratum: how many assistant users, how many others, and how they are
/// shared out.
pub fn strata_of(
    represented: &[f64; STRATA],
    users: (u64, Share),
    others: (u64, Share),
) -> Vec<Stratum> {
    let half = |users: bool, (people, share): (u64, Share)| {
        let mut part: Vec<f64> = represented
            .iter()
            .skip(usize::from(!users))
            .step_by(2)
            .copied()
            .collect();
        if share == Share::Markets {
            for market in part.chunks_mut(Age::COUNT) {
                let sum: f64 = market.iter().sum();
                if sum > 0.0 {
                    market.iter_mut().for_each(|part| *part /= sum);
                }
            }
        }
        allocate(&part, people, MINIMUM)
    };
    let (users, others) = (half(true, users), half(false, others));
    let mut list = Vec::with_capacity(STRATA);
    for market in Market::ALL.iter().copied() {
        for age in Age::ALL.iter().copied() {
            for assistant in [true, false] {
                let index = stratum_index(market, age, assistant) as usize;
                let people = if assistant { &users } else { &others };
                list.push(Stratum {
                    market,
                    age,
                    assistant,
                    people: people[index / 2],
                    represented: represented[index],
                    whole: false,
                });
            }
        }
    }
    list
}

#[cfg(test)]
mod tests;
