use overheard_model::auction::{Auction, Auctions, Part};
use overheard_model::isa::Isa;
use overheard_model::race::{RaceLaw, RaceTable};

use super::{Market, Solution, TOLERANCE};
use crate::Budgets;

const CATEGORIES: usize = 4;

/// 400 unequal people; a fixed generator (Knuth's MMIX constants) spreads their interests.
fn auctions() -> Auctions {
    let mut state = 7u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1u64 << 24) as f64
    };
    let mut all = Auctions::default();
    for _ in 0..400 {
        for place in 0..3 * CATEGORIES {
            if next() < 0.4 {
                let weight = (0.3 * next()) as f32;
                let part = Part {
                    place: place as u8,
                    weight,
                };
                if place < 2 * CATEGORIES {
                    all.lists.push(part);
                } else {
                    all.optimised.push(part);
                }
            }
        }
        all.push(Auction {
            slots: 20.0 * next(),
            lambda_per_weight: 40.0,
            reserve: 0.001,
            matched: 1.0 + 3.0 * next(),
            lists: 0,
            optimised: 0,
        });
    }
    all
}

fn market<'a>(race: &'a RaceTable, optimised: &'a [f64; CATEGORIES]) -> Market<'a> {
    Market {
        isa: Isa::best(),
        race,
        categories: CATEGORIES,
        optimised,
    }
}

/// A market solved for some budgets, and what is spent then.
struct Solved {
    budgets: Budgets,
    solution: Solution,
    spend: Vec<f64>,
    /// What the budgets answer, one after the other from the start: nothing is skipped.
    path: Vec<Vec<f64>>,
}

/// Solves for budgets that are what is spent at `pacing`, all binding.
fn solved(pacing: f32, start: f64) -> Solved {
    let law = RaceLaw::new(2.0).unwrap();
    let race = RaceTable::new(law);
    let market = market(&race, &[0.4, 0.3, 0.2, 0.1]);
    let people = auctions();
    let bound = vec![true; market.places()];
    let budgets = {
        let spend = market.spend(&[&people], &vec![f64::from(pacing); market.places()]);
        Budgets::of_status_quo(&bound, 1.25, &spend)
    };
    let (before, start) = (vec![1.0; market.places()], vec![start; market.places()]);
    let solution = market.solve(&[&people], &budgets, &before, &start);
    let answer = |at: &Vec<f64>| {
        let next = market.response(&[&people], &budgets, at);
        let still = next.iter().zip(at).all(|(a, b)| (a - b).abs() <= TOLERANCE);
        (!still).then_some(next)
    };
    let path = std::iter::successors(Some(start), answer).collect();
    let spend = market.spend(&[&people], &solution.pacing);
    Solved {
        budgets,
        solution,
        spend,
        path,
    }
}

#[test]
fn the_path_falls_monotonically_to_the_pacing_at_which_spend_meets_the_budgets() {
    for pacing in [0.5f32, 0.8, 0.95] {
        let Solved {
            budgets,
            solution,
            spend,
            path,
        } = solved(pacing, 1.0);
        assert!(path[0].iter().all(|l| *l == 1.0));
        for step in path.windows(2) {
            let falls = step[0].iter().zip(&step[1]).all(|(a, b)| *b <= *a + 1e-8);
            assert!(falls, "{step:?}");
        }
        for (place, (spend, budget)) in spend.iter().zip(&budgets.amounts).enumerate() {
            let budget = budget.unwrap();
            let off = (spend / budget - 1.0).abs();
            assert!(
                off < 1e-4,
                "place {place} at {pacing}: {spend} for {budget}"
            );
            // The budgets came from this pacing: the equilibrium is unique and gives it back.
            assert!(
                (solution.pacing[place] - f64::from(pacing)).abs() < 1e-3,
                "{:?}",
                solution.pacing
            );
        }
    }
}

#[test]
fn a_budget_that_nobody_exceeds_does_not_pace() {
    let law = RaceLaw::new(2.0).unwrap();
    let race = RaceTable::new(law);
    let market = market(&race, &[0.25; CATEGORIES]);
    let people = auctions();
    let free = market.spend(&[&people], &vec![1.0; market.places()]);
    let mut amounts: Vec<Option<f64>> = free.iter().map(|s| Some(2.0 * s)).collect();
    amounts[1] = Some(0.5 * free[1]);
    let budgets = Budgets { amounts };
    let before = vec![1.0; market.places()];
    let solution = market.solve(&[&people], &budgets, &before, &vec![1.0; market.places()]);
    for (place, l) in solution.pacing.iter().enumerate() {
        assert_eq!(*l < 1.0, place == 1, "place {place}: {l}");
    }
    let spend = market.spend(&[&people], &solution.pacing);
    assert!((spend[1] / (0.5 * free[1]) - 1.0).abs() < 1e-4);
    // The others spend a little more than before: the field gave way.
    assert!(spend[0] > free[0]);
}

#[test]
fn parts_spend_what_every_slot_pays() {
    let law = RaceLaw::new(2.0).unwrap();
    let race = RaceTable::new(law);
    let market = market(&race, &[0.4, 0.3, 0.2, 0.1]);
    let people = auctions();
    let by_place: f64 = market
        .spend(&[&people], &vec![1.0; market.places()])
        .iter()
        .sum();
    let mut paid = 0.0;
    for (a, lists, _) in people.iter() {
        let lists: f64 = lists.iter().map(|p| f64::from(p.weight)).sum();
        let lambda = (lists + a.matched) * a.lambda_per_weight;
        paid += a.slots * a.reserve * law.payment_in_reserves(lambda);
    }
    assert!(
        (by_place / paid - 1.0).abs() < 1e-5,
        "{by_place} for {paid}"
    );
}

#[test]
fn a_place_where_nothing_was_spent_bids_as_before() {
    let law = RaceLaw::new(2.0).unwrap();
    let race = RaceTable::new(law);
    let market = market(&race, &[0.25; CATEGORIES]);
    let people = auctions();
    // The last manual category was out of reach when budgets were set.
    let mut without = people.clone();
    let unknown = CATEGORIES - 1;
    for part in &mut without.lists {
        if usize::from(part.place) == unknown {
            part.weight = 0.0;
        }
    }
    let before = vec![0.8; market.places()];
    let bound = vec![true; market.places()];
    let budgets = Budgets::of_status_quo(&bound, 1.25, &market.spend(&[&without], &before));
    let solution = market.solve(&[&people], &budgets, &before, &vec![1.0; market.places()]);
    assert_eq!(solution.pacing[unknown], before[unknown]);
    assert!(market.spend(&[&people], &solution.pacing)[unknown] > 0.0);
    // It takes from the others, who are free to bid up to where their budgets are met again.
    for (place, pacing) in solution.pacing.iter().enumerate() {
        assert!(place == unknown || *pacing > 0.8, "place {place}: {pacing}");
    }
}

/// Wherever it starts, the iteration ends at the same pacing, and sooner from nearby.
#[test]
fn the_equilibrium_does_not_depend_on_the_start() {
    for pacing in [0.5f32, 0.8, 0.95] {
        let Solved {
            solution: from_above,
            path: long,
            ..
        } = solved(pacing, 1.0);
        for start in [0.05, 0.3, 0.99] {
            let other = solved(pacing, start).solution;
            for (a, b) in from_above.pacing.iter().zip(&other.pacing) {
                assert!((a - b).abs() < 1e-7, "{a} and {b} from {start}");
            }
        }
        let near = solved(pacing, f64::from(pacing) * 1.001);
        let rounds = near.solution.iterations;
        assert!(
            rounds < from_above.iterations,
            "{rounds} of {}",
            from_above.iterations
        );
        // Nor is it the answers alone, one after the other, that lead there: what they say of the way ahead saves some.
        let answers = long.len() as u32;
        assert!(
            from_above.iterations < answers,
            "{} of {answers}",
            from_above.iterations
        );
        for (a, b) in from_above.pacing.iter().zip(&long[long.len() - 1]) {
            assert!((a - b).abs() < 1e-7, "{a} and {b}");
        }
    }
}
