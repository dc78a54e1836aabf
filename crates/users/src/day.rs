//! A day of what people do on their own: open apps, behave, visit other sites. People are lanes.

use overheard_model::block::Leaf;
use overheard_model::calendar::Day;
use overheard_model::columns::{Columns, LEAF, Lane, ROW, TRUE_SLOTS};
use overheard_model::ids::App;
use overheard_model::rates::InterestRates;
use overheard_model::samplers::BELOW_ONE;
use overheard_model::streams::{Draws, Stream, unit_f32};

use crate::counts::Likely;
use crate::params::Params;

/// Blocks of four random words that give each app one.
const BLOCKS: usize = App::COUNT.div_ceil(4);

/// Opens apps: one uniform per person and app.
#[inline(always)]
pub fn open(draws: &Draws, stratum: u16, day: Day, leaf: &mut Leaf) {
    let mut words = [[0u32; LEAF]; 4];
    leaf.today.opened = [0; LEAF];
    for block in 0..BLOCKS {
        draws.lanes(
            stratum,
            &leaf.index,
            day,
            Stream::Opening,
            block as u32,
            leaf.n,
            &mut words,
        );
        for (word, app) in (4 * block..App::COUNT).take(4).enumerate() {
            let rate = &leaf.who.open_rate[app];
            let opened = &mut leaf.today.opened;
            for lane in 0..LEAF {
                let yes = unit_f32(words[word][lane]) < rate[lane];
                opened[lane] |= u8::from(yes) << app;
            }
        }
    }
    for lane in leaf.n..LEAF {
        leaf.today.opened[lane] = 0;
    }
}

/// Behaviours by app and slot, and off-platform visits by slot.
///
/// All of them are Poisson, so on one slot they are together: one uniform gives their number by inverse CDF, and what it leaves
/// gives the app, or the visit, that each of them is (superposition: Kingman 1993, ch. 2).
#[inline(always)]
pub fn behave(
    p: &Params,
    draws: &Draws,
    stratum: u16,
    day: Day,
    leaf: &mut Leaf,
    likely: &mut Likely<TRUE_SLOTS>,
) {
    // Of a unit of interest, by kind of slot: in all apps that the person opened, and off-platform.
    let Columns(rate) = &mut Columns::<2>::default();
    for kind in 0..2 {
        rate[kind] = [p.rates.visits[kind]; LEAF];
        for app in 0..App::COUNT {
            let of_app = p.rates.on_platform[app][kind];
            for lane in 0..LEAF {
                let opened = leaf.today.opened[lane] >> app & 1 == 1;
                let own = of_app * leaf.who.activity[lane];
                rate[kind][lane] += if opened { own } else { 0.0 };
            }
        }
        // Lanes without people have no words of their own, and nothing happens in them.
        rate[kind][leaf.n..].fill(0.0);
    }
    let mut words = [[0u32; LEAF]; 4];
    let Columns(mean) = &mut Columns::<4>::default();
    for block in 0..TRUE_SLOTS / 4 {
        draws.lanes(
            stratum,
            &leaf.index,
            day,
            Stream::Deeds,
            block as u32,
            leaf.n,
            &mut words,
        );
        for word in 0..4 {
            let slot = 4 * block + word;
            let rate = &rate[InterestRates::kind(slot)];
            for lane in 0..LEAF {
                mean[word][lane] = rate[lane] * leaf.who.z[slot][lane];
            }
        }
        likely.add(4 * block, &words, mean);
    }
    let Leaf { today, who, .. } = leaf;
    let (behaviours, visits) = (&mut today.behaviours, &mut today.visits);
    *behaviours = [[[0.0; LEAF]; TRUE_SLOTS]; App::COUNT];
    *visits = [[0.0; LEAF]; TRUE_SLOTS];
    let mut opened = [0; LEAF];
    for lane in 0..LEAF {
        opened[lane] = u32::from(today.opened[lane]);
    }
    let happened = likely.count();
    while !happened.is_empty() {
        happened.tell(
            #[inline(always)]
            |place, rest| Ways::of(p, place, &opened, &who.activity).tell(rest),
        );
        happened.take(
            #[inline(always)]
            |slot, lane, way, one| {
                let of_way = behaviours.get_mut(usize::from(way));
                of_way.unwrap_or(visits)[slot][lane] += one;
            },
        );
    }
    for (last, visits) in who.last_visit.iter_mut().zip(visits) {
        let mut on = *last;
        for lane in 0..LEAF {
            on[lane] = if visits[lane] > 0.0 {
                day as i16
            } else {
                on[lane]
            };
        }
        *last = on;
    }
}

/// The ways in which something can happen on a slot, as rates end to end: behaviours in each app, then visits.
struct Ways {
    /// Where each app's end, and where all do.
    ends: [[f32; ROW]; App::COUNT],
    all: [f32; ROW],
}

impl Ways {
    /// Of some people and slots, given as places: 64 times the slot, plus the lane.
    #[inline(always)]
    fn of(p: &Params, place: &[u16; ROW], opened: &[u32; LEAF], activity: &Lane) -> Self {
        let (mut apps, mut active) = ([0; ROW], [0.0; ROW]);
        for k in 0..ROW {
            let lane = usize::from(place[k]) % LEAF;
            (apps[k], active[k]) = (opened[lane], activity[lane]);
        }
        let mut ends = [[0.0; ROW]; App::COUNT];
        let mut all = [0.0; ROW];
        let of_kind = |[standing, passing]: [f32; 2], k: usize| {
            if InterestRates::kind(usize::from(place[k]) / LEAF) == 0 {
                standing
            } else {
                passing
            }
        };
        for app in 0..App::COUNT {
            for k in 0..ROW {
                let own = of_kind(p.rates.on_platform[app], k) * active[k];
                all[k] += if apps[k] >> app & 1 == 1 { own } else { 0.0 };
            }
            ends[app] = all;
        }
        for k in 0..ROW {
            all[k] += of_kind(p.rates.visits, k);
        }
        Ways { ends, all }
    }

    /// Which way something happens in, from a uniform each, and how far into its stretch that lies, from 0 to 1: a uniform again.
    #[inline(always)]
    fn tell(&self, u: &[f32; ROW]) -> ([u8; ROW], [f32; ROW]) {
        let (mut way, mut within) = ([0; ROW], [0.0; ROW]);
        for k in 0..ROW {
            let point = u[k] * self.all[k];
            let (mut at, mut begin, mut end) = (0u32, 0.0, self.all[k]);
            for app in 0..App::COUNT {
                let beyond = point >= self.ends[app][k];
                at += u32::from(beyond);
                begin = if beyond { self.ends[app][k] } else { begin };
            }
            for app in 0..App::COUNT {
                let its_end = self.ends[App::COUNT - 1 - app][k];
                end = if point < its_end { its_end } else { end };
            }
            way[k] = at as u8;
            within[k] = ((point - begin) / (end - begin)).min(BELOW_ONE);
        }
        (way, within)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points end to end fall on the ways in proportion to their rates, and go on as uniforms.
    #[test]
    fn ways_are_taken_in_proportion() {
        const N: u32 = 60_000;
        let mut ways = Ways {
            ends: [[0.0; ROW]; App::COUNT],
            all: [6.0; ROW],
        };
        for (ends, end) in ways.ends.iter_mut().zip([1.0, 1.0, 4.0, 4.0]) {
            *ends = [end; ROW];
        }
        let (mut taken, mut again) = ([0; App::COUNT + 1], [[0; 2]; App::COUNT + 1]);
        for i in 0..N {
            let (way, within) = ways.tell(&[(i as f32 + 0.5) / N as f32; ROW]);
            let way = usize::from(way[3]);
            taken[way] += 1;
            again[way][usize::from(within[3] >= 0.5)] += 1;
        }
        let expected = [1, 0, 3, 0, 2].map(|rate| rate * N / 6);
        assert_eq!(taken, expected);
        for ([low, high], all) in again.into_iter().zip(expected) {
            assert!(low + high == all && low.abs_diff(high) <= 2, "{low} {high}");
        }
        // What has no rate is not taken, wherever the point: here there are no visits.
        ways.all = [4.0; ROW];
        assert_eq!(ways.tell(&[BELOW_ONE; ROW]).0, [2; ROW]);
    }
}
