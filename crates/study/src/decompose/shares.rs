//! Contributions from the values of all sets.

use overheard_formats::Key;
use overheard_outcomes::Estimate;

use super::drawn::Drawn;
use super::provision::Provision;

/// A number taken apart.
#[derive(Clone, Debug)]
pub struct Decomposition {
    /// The number.
    pub key: Key,
    /// Without any of the provisions, and with all of them.
    pub none: Estimate,
    pub all: Estimate,
    /// By provision.
    pub contributions: Vec<Contribution>,
    /// The same at draws of what nobody knows, if there were any.
    pub draws: Vec<Drawn>,
}

/// What one provision contributes.
#[derive(Clone, Debug)]
pub struct Contribution {
    /// Its name.
    pub provision: String,
    /// Where no other is in force.
    pub alone: Estimate,
    /// Where all others are.
    pub last: Estimate,
    /// On the average over all orders in which they could have been made (L. S. Shapley, *A value for n-person games*, 1953):
    /// these add up to what all of them do together.
    pub shapley: Estimate,
}

/// `values[set]`: bit `i` of the set says whether provision `i` is in force.
pub fn decomposition(key: &Key, provisions: &[Provision], values: &[Estimate]) -> Decomposition {
    let all = values.len() - 1;
    let contribution = |(i, provision): (usize, &Provision)| {
        let own = 1 << i;
        let adds = |to: usize| values[to | own].minus(&values[to]);
        let mut shapley = Estimate::ZERO;
        for set in (0..values.len()).filter(|set| set & own == 0) {
            shapley.add(&adds(set).scaled(weight(set.count_ones(), provisions.len() as u32)));
        }
        Contribution {
            provision: provision.name.clone(),
            alone: adds(0),
            last: adds(all ^ own),
            shapley,
        }
    };
    Decomposition {
        key: key.clone(),
        none: values[0],
        all: values[all],
        contributions: provisions.iter().enumerate().map(contribution).collect(),
        draws: Vec::new(),
    }
}

/// The share of all orders of `n` in which a given one comes just after `before` given others: `b! (n - b - 1)! / n!`.
fn weight(before: u32, n: u32) -> f64 {
    let ways = (1..=before).fold(1.0, |ways, k| ways * f64::from(n - k) / f64::from(k));
    1.0 / (f64::from(n) * ways)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provisions(n: usize) -> Vec<Provision> {
        let one = |i| Provision {
            name: format!("p{i}"),
            without: Vec::new(),
        };
        (0..n).map(one).collect()
    }

    /// Values of sets that are nothing in particular.
    fn values(n: usize) -> Vec<Estimate> {
        let value = |set: usize| {
            let x = (set as f64 + 1.0).sqrt() * 100.0 + (set * set % 7) as f64;
            Estimate {
                value: x,
                replicates: std::array::from_fn(|g| x * (1.0 + 0.01 * ((g + set) % 5) as f64)),
            }
        };
        (0..1 << n).map(value).collect()
    }

    /// The definition: every order of the provisions, one after the other.
    fn by_orders(n: usize, values: &[Estimate]) -> Vec<f64> {
        fn orders(left: Vec<usize>) -> Vec<Vec<usize>> {
            if left.is_empty() {
                return vec![Vec::new()];
            }
            let first = |i: &usize| {
                let rest: Vec<usize> = left.iter().copied().filter(|j| j != i).collect();
                let with = |mut order: Vec<usize>| {
                    order.insert(0, *i);
                    order
                };
                orders(rest).into_iter().map(with).collect::<Vec<_>>()
            };
            left.iter().flat_map(first).collect()
        }
        let orders = orders((0..n).collect());
        let mut sums = vec![0.0; n];
        for order in &orders {
            let mut set = 0;
            for i in order {
                sums[*i] += values[set | 1 << i].value - values[set].value;
                set |= 1 << i;
            }
        }
        sums.into_iter()
            .map(|sum| sum / orders.len() as f64)
            .collect()
    }

    #[test]
    fn contributions_are_means_over_all_orders_and_add_up() {
        for n in 1..=5 {
            let (provisions, values) = (provisions(n), values(n));
            let found = decomposition(&Key::of("x"), &provisions, &values);
            let expected = by_orders(n, &values);
            let mut sum = Estimate::ZERO;
            for (c, expected) in found.contributions.iter().zip(expected) {
                assert!((c.shapley.value - expected).abs() < 1e-9, "{n}");
                sum.add(&c.shapley);
            }
            let together = found.all.minus(&found.none);
            assert!((sum.value - together.value).abs() < 1e-9);
            let off = sum.minus(&together);
            assert!(off.replicates.iter().all(|r| r.abs() < 1e-9));
        }
    }

    #[test]
    fn a_provision_that_does_nothing_contributes_nothing() {
        // The second of two has no effect.
        let values = values(1);
        let found = decomposition(
            &Key::of("x"),
            &provisions(2),
            &[values[0], values[1], values[0], values[1]],
        );
        let nothing = &found.contributions[1];
        for estimate in [nothing.alone, nothing.last, nothing.shapley] {
            assert_eq!((estimate.value, estimate.std_error()), (0.0, Some(0.0)));
        }
    }
}
