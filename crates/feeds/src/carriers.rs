//! Who carries it: what falls on the assistant's users by how often they chat, and how many kinds of ads each of them sees.

use overheard_model::block::{Exposure, Leaf};
use overheard_model::columns::{LEAF, Lane};
use overheard_model::ids::App;
use overheard_model::isa::Isa;
use overheard_model::tally::{Count, HABIT, TableId};

use crate::arm_day::ArmDay;
use crate::kept::Kept;
use crate::reach::{reach_of, reached};
use crate::sums::Sums;

/// Adds what the window came to for one leaf of assistant users, by chat habit. What sensitive signals earned is settled,
/// and ads that were integrated have been given to their categories.
///
/// `displaced`: the chance of each that any of their ads was displaced.
pub fn count(d: &ArmDay<'_>, isa: Isa, leaf: &Leaf, displaced: &[f64; LEAF], sums: &mut Sums) {
    let x = &leaf.arms[d.arm].exposure;
    let fifth = |lane: usize| d.p.fifths.of(leaf.who.chat_rate[lane]);
    let mut by_habit = |table, of: &dyn Fn(usize) -> f64| {
        let mut amounts = [0.0; HABIT.len()];
        for lane in 0..leaf.n {
            amounts[fifth(lane)] += of(lane);
        }
        for (fifth, amount) in amounts.into_iter().enumerate() {
            sums.add(d.cell(table, [fifth]), amount);
        }
    };
    by_habit(TableId::PeopleHabit, &|_| 1.0);
    by_habit(TableId::ChatAdsHabit, &|l| f64::from(d.kept.expected(x, l)));
    by_habit(TableId::ReachedHabit, &|l| {
        let marked: u32 = (0..App::COUNT).map(|a| u32::from(x.marked[a][l])).sum();
        let unmarked: f32 = (0..App::COUNT).map(|a| x.unmarked[a][l]).sum();
        f64::from(reach_of(marked, unmarked))
    });
    by_habit(TableId::DisplacedHabit, &|l| f64::from(x.displaced[l]));
    by_habit(TableId::WithDisplacedHabit, &|l| displaced[l]);
    let shares = match d.kept {
        Kept::Means => d.p.blind_share(d.arm, d.market()),
        Kept::Counts => &[],
    };
    let diversity = isa.run(
        #[inline(always)]
        || effective_numbers(x, shares),
    );
    by_habit(TableId::Diversity, &|l| diversity[l]);
    by_habit(TableId::DiversityPeople, &|l| {
        f64::from(u8::from(diversity[l] > 0.0))
    });
    for s in &x.settled {
        let cell = d.cell(TableId::SensitiveAdsHabit, [fifth(usize::from(s.lane))]);
        sums.add(cell, f64::from(s.ads));
    }
    reached(d.kept, &x.settled, sums, |s| {
        d.cell(TableId::ReachedSensitiveHabit, [fifth(usize::from(s.lane))])
    });
}

/// As how many categories, all equally frequent, each person's expected ads of the window are diverse: Hill's number of order 2
/// (M. O. Hill, *Ecology* 54, 1973), `(Σ n_c)² / Σ n_c²`. Its inverse is the chance that two ads drawn from them are of one
/// category. 0 without ads.
///
/// `blind`: the categories' shares of ads whose topic was drawn blindly and that are not among the person's by category yet.
#[inline(always)]
fn effective_numbers(x: &Exposure, blind: &[f64]) -> [f64; LEAF] {
    let (mut sum, mut squares) = ([0.0; LEAF], [0.0; LEAF]);
    let none: Lane = [0.0; LEAF];
    for category in 0..x.ads_by_category.len().max(blind.len()) {
        let ads = x.ads_by_category.get(category).unwrap_or(&none);
        let share = blind.get(category).copied().unwrap_or(0.0);
        for l in 0..LEAF {
            let ads = f64::from(ads[l]) + f64::from(x.blind[l]) * share;
            sum[l] += ads;
            squares[l] += ads * ads;
        }
    }
    for l in 0..LEAF {
        sum[l] = if sum[l] > 0.0 {
            sum[l] * sum[l] / squares[l]
        } else {
            0.0
        };
    }
    sum
}

#[cfg(test)]
mod tests {
    use overheard_model::block::ArmState;

    use super::*;

    fn exposure(ads: &[f32], blind: f32) -> Exposure {
        let mut x = ArmState::default().exposure;
        for (category, ads) in ads.iter().enumerate() {
            x.add_ads(4, category, 3, *ads);
        }
        x.blind[3] = blind;
        x
    }

    #[test]
    fn equal_categories_count_as_many_as_they_are() {
        let number = |ads: &[f32], blind, shares: &[f64]| {
            effective_numbers(&exposure(ads, blind), shares)[3]
        };
        assert_eq!(number(&[2.0; 4], 0.0, &[]), 4.0);
        assert_eq!(number(&[5.0, 0.0, 0.0, 0.0], 0.0, &[0.25; 4]), 1.0);
        assert_eq!(number(&[0.0, 3.0, 3.0, 0.0], 0.0, &[]), 2.0);
        // What is blind spreads by the shares, whether anything is steered or not.
        assert_eq!(number(&[], 8.0, &[0.25; 4]), 4.0);
        assert_eq!(
            number(&[1.0, 0.0, 0.0, 0.0], 2.0, &[0.0, 0.5, 0.5, 0.0]),
            3.0
        );
        // Two ads, one of three: 16 / (9 + 1).
        assert_eq!(number(&[3.0, 1.0], 0.0, &[]), 1.6);
        // Nobody else's ads, and none at all.
        assert_eq!(number(&[], 0.0, &[0.25; 4]), 0.0);
        assert_eq!(
            effective_numbers(&exposure(&[1.0; 4], 1.0), &[0.25; 4])[2],
            0.0
        );
    }
}
