//! Tables made once from the knobs, so that a person costs a few look-ups.

use std::sync::LazyLock;

use overheard_model::math::gamma_q;

/// Quantiles on an even grid of midpoints, read by linear interpolation.
#[derive(Clone, Debug)]
pub struct Quantiles {
    values: Vec<f32>,
}

const NODES: usize = 2048;

impl Quantiles {
    /// From a quantile function on (0, 1).
    pub fn of(quantile: impl Fn(f64) -> f64) -> Self {
        Quantiles {
            values: (0..NODES)
                .map(|i| quantile((i as f64 + 0.5) / NODES as f64) as f32)
                .collect(),
        }
    }

    /// From a density on [0, `high`], given as a function of `x` and `high - x` (so that neither end loses digits), by
    /// numerical integration.
    pub fn of_density(high: f64, density: impl Fn(f64, f64) -> f64) -> Self {
        let mut cumulative = Vec::with_capacity(STEPS + 1);
        cumulative.push(0.0);
        let mut sum = 0.0;
        for place in Place::grid() {
            let (x, rest) = place.parts(high);
            sum += density(x, rest) * place.slope(high);
            cumulative.push(sum);
        }
        Self::of(|u| {
            let target = u * sum;
            let i = cumulative.partition_point(|c| *c <= target).clamp(1, STEPS);
            let (a, b) = (cumulative[i - 1], cumulative[i]);
            let part = if b > a { (target - a) / (b - a) } else { 0.5 };
            Place::at((i as f64 - 1.0 + part) / STEPS as f64)
                .parts(high)
                .0
        })
    }

    /// Beta distribution of given mean and concentration (sum of its two shapes).
    pub fn beta(mean: f64, concentration: f64) -> Self {
        let (a, b) = (mean * concentration, (1.0 - mean) * concentration);
        Self::of_density(1.0, |x, rest| {
            libm::exp((a - 1.0) * libm::log(x) + (b - 1.0) * libm::log(rest))
        })
    }

    /// Daily rate of active days among those with at least one in 30 days, when rates over everybody are gamma: the
    /// density is the gamma's times `1 - e^(-30 r)`.
    pub fn monthly_habit(shape: f64, scale: f64) -> Self {
        let mut high = scale;
        while gamma_q(shape, high / scale) > 1e-9 {
            high *= 1.25;
        }
        Self::of_density(high, |r, _| {
            libm::exp((shape - 1.0) * libm::log(r) - r / scale) * -libm::expm1(-30.0 * r)
        })
    }

    pub fn at(&self, u: f64) -> f32 {
        let x = (u * NODES as f64 - 0.5).clamp(0.0, (NODES - 1) as f64);
        let i = (x as usize).min(NODES - 2);
        let part = (x - i as f64) as f32;
        self.values[i] + (self.values[i + 1] - self.values[i]) * part
    }

    pub fn mean(&self) -> f64 {
        self.values.iter().map(|v| f64::from(*v)).sum::<f64>() / NODES as f64
    }
}

/// Steps of a numerical integration.
const STEPS: usize = 20_000;

/// A place on a grid that thickens at both ends, where densities may grow without bound:
/// x / high = t⁵ / (t⁵ + (1 − t)⁵).
#[derive(Clone, Copy, Debug)]
struct Place {
    /// t⁵, (1 − t)⁵ and (t (1 − t))⁴.
    powers: [f64; 3],
}

impl Place {
    fn at(t: f64) -> Self {
        Place {
            powers: [
                libm::pow(t, 5.0),
                libm::pow(1.0 - t, 5.0),
                libm::pow(t * (1.0 - t), 4.0),
            ],
        }
    }

    /// The middles of all steps, which every density shares.
    fn grid() -> &'static [Place] {
        static GRID: LazyLock<Vec<Place>> = LazyLock::new(|| {
            let middle = |i| Place::at((i as f64 + 0.5) / STEPS as f64);
            (0..STEPS).map(middle).collect()
        });
        &GRID
    }

    /// x and high − x.
    fn parts(self, high: f64) -> (f64, f64) {
        let [a, b, _] = self.powers;
        (high * a / (a + b), high * b / (a + b))
    }

    /// dx / dt.
    fn slope(self, high: f64) -> f64 {
        let [a, b, both] = self.powers;
        high * 5.0 * both / ((a + b) * (a + b))
    }
}

/// Deals distinct cards with exact inclusion probabilities from one uniform: systematic sampling (Madow 1949) over one
/// of many fixed shuffles, so that the order of the taxonomy does not decide which topics go together.
#[derive(Clone, Debug)]
pub struct Deck {
    /// Per shuffle: cards in order, and their cumulative weights scaled to 1.
    shuffles: Vec<(Vec<u8>, Vec<f64>)>,
}

const SHUFFLES: usize = 64;

impl Deck {
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
                (cards, cumulative)
            })
            .collect();
        Deck { shuffles }
    }

    /// One card.
    pub fn draw(&self, u: f64) -> u8 {
        self.pick(&self.shuffles[0], u)
    }

    /// `N` cards, distinct as long as no card has more than 1/N of the weight.
    pub fn deal<const N: usize>(&self, u_shuffle: f64, u: f64) -> [u8; N] {
        let shuffle = &self.shuffles[(u_shuffle * SHUFFLES as f64) as usize % SHUFFLES];
        std::array::from_fn(|k| self.pick(shuffle, (u + k as f64) / N as f64))
    }

    fn pick(&self, (cards, cumulative): &(Vec<u8>, Vec<f64>), u: f64) -> u8 {
        let i = cumulative.partition_point(|c| *c <= u).min(cards.len() - 1);
        cards[i]
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

/// Cumulative shares of the 15 non-empty sets of apps (bit per app, set number minus one) such that each app has its
/// share among people who use at least one: independent use, conditioned on not being empty.
pub fn app_combinations(shares: [f64; 4]) -> [f64; 15] {
    let mut p = shares;
    for _ in 0..200 {
        let none: f64 = p.iter().map(|x| 1.0 - x).product();
        for (x, share) in p.iter_mut().zip(shares) {
            *x = (share * (1.0 - none)).min(0.999_999);
        }
    }
    let none: f64 = p.iter().map(|x| 1.0 - x).product();
    let mut sum = 0.0;
    std::array::from_fn(|k| {
        let set = k + 1;
        let weight: f64 = (0..4)
            .map(|a| if set >> a & 1 == 1 { p[a] } else { 1.0 - p[a] })
            .product();
        sum += weight / (1.0 - none);
        sum
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn app_sets_give_each_app_its_share() {
        let shares = [0.7, 0.6, 0.5, 0.2];
        let cumulative = app_combinations(shares);
        for (a, share) in shares.iter().enumerate() {
            let mut previous = 0.0;
            let mut sum = 0.0;
            for (k, c) in cumulative.iter().enumerate() {
                if (k + 1) >> a & 1 == 1 {
                    sum += c - previous;
                }
                previous = *c;
            }
            assert!((sum - share).abs() < 1e-9, "app {a}: {sum}");
        }
        assert!((cumulative[14] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_beta_table_has_the_mean() {
        for mean in [0.1, 0.467, 0.68, 0.889] {
            let table = Quantiles::beta(mean, 1.6);
            assert!(
                (table.mean() - mean).abs() < 2e-3,
                "{mean}: {}",
                table.mean()
            );
        }
    }

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
