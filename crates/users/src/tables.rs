//! Tables made once from the knobs, so that a person costs a few look-ups.

use overheard_model::ids::App;
use overheard_model::samplers::pick;

/// Sets of apps that are not empty.
const SETS: usize = (1 << App::COUNT) - 1;

const MOST_ROUNDS: u32 = 20_000;

/// Which apps people use together.
#[derive(Clone, Copy, Debug)]
pub struct AppSets {
    /// Running sums of the shares of all sets, in the order of their bits; the empty one is not among them.
    sums: [f64; SETS],
}

impl AppSets {
    /// Sets such that each app has its share among people who use at least one: independent use, conditioned on not being
    /// empty. Shares sum to 1 at least.
    pub fn new(shares: [f64; App::COUNT]) -> Self {
        let mut p = shares;
        // Slow only where hardly anybody uses two apps.
        for _ in 0..MOST_ROUNDS {
            let before = p;
            let none: f64 = p.iter().map(|x| 1.0 - x).product();
            for (x, share) in p.iter_mut().zip(shares) {
                *x = (share * (1.0 - none)).min(0.999_999);
            }
            if p == before {
                break;
            }
        }
        let none: f64 = p.iter().map(|x| 1.0 - x).product();
        let mut sum = 0.0;
        let sums = std::array::from_fn(|k| {
            let set = k + 1;
            let weight: f64 = (0..App::COUNT)
                .map(|a| if set >> a & 1 == 1 { p[a] } else { 1.0 - p[a] })
                .product();
            sum += weight / (1.0 - none);
            sum
        });
        AppSets { sums }
    }

    /// A person's apps, bit per app, from a uniform.
    pub fn pick(&self, u: f64) -> u8 {
        pick::by_sums(u, &self.sums).unwrap_or(SETS - 1) as u8 + 1
    }

    /// Share of the people who use an app.
    pub fn share(&self, app: usize) -> f64 {
        let of_set = |k: usize| self.sums[k] - if k > 0 { self.sums[k - 1] } else { 0.0 };
        (0..SETS)
            .filter(|k| (k + 1) >> app & 1 == 1)
            .map(of_set)
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn app_sets_give_each_app_its_share() {
        let mut shares = [0.2; App::COUNT];
        shares[..3].copy_from_slice(&[0.7, 0.6, 0.5]);
        let sets = AppSets::new(shares);
        for (app, share) in shares.into_iter().enumerate() {
            let got = sets.share(app);
            assert!((got - share).abs() < 1e-9, "app {app}: {got}");
            const N: u32 = 100_000;
            let uses = |i: u32| sets.pick((f64::from(i) + 0.5) / f64::from(N)) >> app & 1;
            let picked: u32 = (0..N).map(|i| u32::from(uses(i))).sum();
            let got = f64::from(picked) / f64::from(N);
            assert!((got - share).abs() < 1e-3, "app {app}: {got}");
        }
        assert!((sets.sums[SETS - 1] - 1.0).abs() < 1e-9);
    }

    /// Where nearly everybody uses one app, and no two, the search is slow.
    #[test]
    fn few_people_with_two_apps_are_found() {
        for (more, tolerance) in [(0.01, 1e-9), (0.0, 1e-4)] {
            let mut shares = [0.0; App::COUNT];
            shares[..3].copy_from_slice(&[0.5 + more, 0.3, 0.2]);
            let sets = AppSets::new(shares);
            for (app, share) in shares.into_iter().enumerate() {
                let got = sets.share(app);
                assert!((got - share).abs() < tolerance, "app {app}: {got}");
            }
        }
    }
}
