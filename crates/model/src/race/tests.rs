//! The formulas against brute force: every bid of every slot drawn, the race run, the payment collected.
//!
//! **Power.** A mean of `n` slots is compared with its formula at 4.5 standard errors (two-sided error rate 7·10⁻⁶ per
//! comparison). Every mean is known to better than 0.2 %, so that a formula 2 % off lies at 10 standard errors or
//! more; [`Sample::check`] asserts exactly that of 1.02 times each formula, so no test here can pass by weakness.

use rand::RngExt;
use rand_distr::{Distribution, LogNormal, Pareto, Poisson};

use super::*;
use crate::math::{gamma, pow};
use crate::streams::{At, Draws, Stream, StreamRng};

const LIMIT: f64 = 4.5;

/// A running mean and its standard error.
#[derive(Clone, Copy, Default)]
struct Sample {
    n: f64,
    sum: f64,
    squares: f64,
}

impl Sample {
    fn add(&mut self, x: f64) {
        self.n += 1.0;
        self.sum += x;
        self.squares += x * x;
    }

    fn mean(&self) -> f64 {
        self.sum / self.n
    }

    fn error(&self) -> f64 {
        ((self.squares / self.n - self.mean() * self.mean()) / self.n).sqrt()
    }

    fn z(&self, expected: f64) -> f64 {
        (self.mean() - expected) / self.error()
    }

    /// Agrees with `expected`, and would not agree with it moved by 2 % either way.
    fn check(&self, expected: f64, what: &str) {
        let z = self.z(expected);
        assert!(
            z.abs() < LIMIT,
            "{what}: {} for {expected}, z = {z}",
            self.mean()
        );
        for biased in [0.98 * expected, 1.02 * expected] {
            assert!(
                self.z(biased).abs() > LIMIT,
                "{what}: a bias of 2 % goes unseen"
            );
        }
    }
}

fn rng(test: u32) -> StreamRng {
    StreamRng::new(
        Draws::new(0x0B1D),
        At::person(0, test, Stream::EventsFeed),
        0,
    )
}

/// Expected payment per slot offered.
fn payment_of(law: RaceLaw, weight: f64, reserve: f64) -> f64 {
    reserve * law.payment_in_reserves(law.lambda(weight, reserve))
}

/// One ad in the race.
#[derive(Clone, Copy)]
struct Ad {
    kind: usize,
    value: f64,
    matched: f64,
}

/// The best ad above the reserve and what it pays.
fn race(ads: &[Ad], reserve: f64) -> Option<(Ad, f64)> {
    let best = ads
        .iter()
        .filter(|ad| ad.value > reserve)
        .max_by(|a, b| a.value.total_cmp(&b.value))?;
    let others = ads.iter().map(|ad| ad.value).filter(|&v| v < best.value);
    Some((*best, others.fold(reserve, f64::max)))
}

/// Draws the ads of `kind` worth more than `cut`: Poisson in number, Pareto in value.
fn draw(ads: &mut Vec<Ad>, kind: usize, weight: f64, alpha: f64, cut: f64, rng: &mut StreamRng) {
    let mean = weight * cut.powf(-alpha);
    let pareto = Pareto::new(cut, alpha).unwrap();
    for _ in 0..Poisson::new(mean).unwrap().sample(rng) as u32 {
        ads.push(Ad {
            kind,
            value: pareto.sample(rng),
            matched: 1.0,
        });
    }
}

#[test]
fn shares_fill_and_payment_are_those_of_the_drawn_bids() {
    let weights = [0.9, 0.4, 1.3];
    let total: f64 = weights.iter().sum();
    for (test, (alpha, reserve, slots)) in [
        (1.3, 1.5, 4_000_000),
        (1.6, 1.0, 2_000_000),
        (2.5, 1.2, 1_000_000),
    ]
    .into_iter()
    .enumerate()
    {
        let law = RaceLaw::new(alpha).unwrap();
        let lambda = law.lambda(total, reserve);
        let mut rng = rng(test as u32);
        let mut ads = Vec::new();
        let (mut fill, mut payment) = (Sample::default(), Sample::default());
        let mut wins = [Sample::default(); 3];
        let mut price_by_kind = [Sample::default(); 3];
        for _ in 0..slots {
            ads.clear();
            for (kind, weight) in weights.into_iter().enumerate() {
                draw(&mut ads, kind, weight, alpha, reserve, &mut rng);
            }
            let sold = race(&ads, reserve);
            fill.add(f64::from(u8::from(sold.is_some())));
            payment.add(sold.map_or(0.0, |(_, price)| price));
            if let Some((winner, price)) = sold {
                price_by_kind[winner.kind].add(price);
                for (kind, wins) in wins.iter_mut().enumerate() {
                    wins.add(f64::from(u8::from(kind == winner.kind)));
                }
            }
        }
        fill.check(law.fill(lambda), "fill");
        payment.check(payment_of(law, total, reserve), "payment");
        let price = payment_of(law, total, reserve) / law.fill(lambda);
        for (kind, weight) in weights.into_iter().enumerate() {
            wins[kind].check(weight / total, "share of wins");
            price_by_kind[kind].check(price, "price, whoever wins");
        }
    }
}

/// Many ads, each with its own value and its own match to this person; the race is run on their products.
#[test]
fn optimised_delivery_wins_and_clicks_as_stated() {
    let (alpha, reserve, s2) = (1.5, 1.0, 0.25f64);
    let law = RaceLaw::new(alpha).unwrap();
    let (plain, optimised) = (0.8, 0.5);
    // A base value below a 30th of the reserve needs a match of 30, 6 standard deviations above where matches lie
    // once biased by L^α: what is cut off is 10⁻⁹ of the weight.
    let cut = reserve / 30.0;
    let matches = LogNormal::new(-0.5 * s2, s2.sqrt()).unwrap();
    let mut rng = rng(10);
    let mut ads = Vec::new();
    let (mut fill, mut payment) = (Sample::default(), Sample::default());
    let (mut wins, mut winner_match) = (Sample::default(), Sample::default());
    let mut match_when_dear = Sample::default();
    for _ in 0..600_000 {
        ads.clear();
        draw(&mut ads, 1, optimised, alpha, cut, &mut rng);
        for ad in &mut ads {
            ad.matched = matches.sample(&mut rng);
            ad.value *= ad.matched;
        }
        draw(&mut ads, 0, plain, alpha, reserve, &mut rng);
        let sold = race(&ads, reserve);
        fill.add(f64::from(u8::from(sold.is_some())));
        payment.add(sold.map_or(0.0, |(_, price)| price));
        if let Some((winner, price)) = sold {
            wins.add(winner.kind as f64);
            if winner.kind == 1 {
                winner_match.add(winner.matched);
                if price > 1.2 * reserve {
                    match_when_dear.add(winner.matched);
                }
            }
        }
    }
    let matched = optimised * law.match_weight(s2);
    let total = plain + matched;
    fill.check(law.fill(law.lambda(total, reserve)), "fill");
    payment.check(payment_of(law, total, reserve), "payment");
    wins.check(matched / total, "share of wins");
    winner_match.check(law.winner_match(s2), "winner's match");
    match_when_dear.check(law.winner_match(s2), "winner's match, given a high price");
}

/// A multiplier that is the same for all ads of a kind.
#[test]
fn a_kind_wins_by_the_power_of_its_multiplier() {
    let (alpha, reserve, multiplier) = (1.4, 1.0, 1.7);
    let mut rng = rng(20);
    let mut ads = Vec::new();
    let mut wins = Sample::default();
    for _ in 0..400_000 {
        ads.clear();
        draw(&mut ads, 1, 0.6, alpha, reserve / multiplier, &mut rng);
        for ad in &mut ads {
            ad.value *= multiplier;
        }
        draw(&mut ads, 0, 1.0, alpha, reserve, &mut rng);
        if let Some((winner, _)) = race(&ads, reserve) {
            wins.add(winner.kind as f64);
        }
    }
    let weight = 0.6 * pow(multiplier, alpha);
    wins.check(weight / (1.0 + weight), "share of wins");
}

/// Exponential arrivals of −log-rank: without a reserve all bids matter, so the two largest are drawn directly.
#[test]
fn payment_without_a_reserve_is_the_second_value() {
    let (alpha, weight) = (1.8, 2.3f64);
    let law = RaceLaw::new(alpha).unwrap();
    let mut rng = rng(30);
    let mut payment = Sample::default();
    for _ in 0..1_000_000 {
        let uniform = |rng: &mut StreamRng| 1.0 - rng.random::<f64>();
        let second = -uniform(&mut rng).ln() - uniform(&mut rng).ln();
        payment.add((weight / second).powf(1.0 / alpha));
    }
    let limit = pow(weight, 1.0 / alpha) * gamma(2.0 - 1.0 / alpha);
    payment.check(limit, "payment");
    assert!((payment_of(law, weight, 1e-6) / limit - 1.0).abs() < 1e-9);
}

#[test]
fn limits_and_monotonicity() {
    assert_eq!(RaceLaw::new(0.5), None);
    assert_eq!(RaceLaw::new(f64::NAN), None);
    for alpha in [0.8, 1.0, 1.6, 3.0] {
        let law = RaceLaw::new(alpha).unwrap();
        // A lone ad pays the reserve.
        assert!((law.payment_in_reserves(1e-9) / 1e-9 - 1.0).abs() < 1e-8);
        let weights: Vec<f64> = (0..200).map(|i| 1e-3 * 1.1f64.powi(i)).collect();
        let paid: Vec<f64> = weights.iter().map(|&w| payment_of(law, w, 0.7)).collect();
        assert!(paid.is_sorted());
        // The market's equilibrium rests on this: for α > 1, payment per unit of weight falls.
        if alpha > 1.0 {
            assert!(paid.iter().zip(&weights).map(|(p, w)| -p / w).is_sorted());
        }
    }
}

#[test]
fn tables_keep_their_stated_error() {
    for (alpha, quality, step) in [
        (0.7, 0.0, 4099),
        (1.05, 0.0, 4099),
        (1.6, 0.0, 4099),
        (3.0, 0.0, 4099),
        (2.0, 0.6, 400_009),
        (1.3, 1.5, 400_009),
        (3.5, 0.3, 400_009),
    ] {
        let law = RaceLaw::new(alpha).unwrap().with_quality(quality);
        let table = RaceTable::new(law);
        let (mut fill, mut payment) = (0f64, 0f64);
        // Below the table fill is proportional to Λ, which where slots differ is true to 10⁻⁵ at its end.
        let least = if quality > 0.0 { 1e-6f32 } else { 1e-12 };
        for bits in (least.to_bits()..1e13f32.to_bits()).step_by(step) {
            let lambda = f32::from_bits(bits);
            let exact = f64::from(lambda);
            fill = fill.max((f64::from(table.sold(&[lambda])[0][0]) / law.fill(exact) - 1.0).abs());
            payment = payment.max(
                (f64::from(table.payment(&[lambda])[0]) / law.payment_in_reserves(exact) - 1.0)
                    .abs(),
            );
        }
        let allowed = match (alpha < 1.0, quality > 0.0) {
            (_, true) => 6e-6,
            (true, _) => 2e-6,
            _ => 1e-6,
        };
        assert!(
            fill < allowed && payment < allowed,
            "alpha {alpha}: fill {fill:e}, payment {payment:e}"
        );
        for lambda in [0.0, -1.0, f32::NAN] {
            assert_eq!(
                (table.sold(&[lambda])[0][0], table.payment(&[lambda])[0]),
                (0.0, 0.0)
            );
        }
        assert!((table.sold(&[f32::INFINITY])[0][0] - 1.0).abs() < 1e-6);
    }
}

/// Slots of unequal quality: the same factor on all bids of a slot, drawn anew for each.
#[test]
fn slots_of_unequal_quality_sell_and_pay_as_stated() {
    let (alpha, reserve, quality) = (2.0, 1.0, 0.5f64);
    let law = RaceLaw::new(alpha).unwrap().with_quality(quality);
    let weights = [0.8, 0.4];
    let total: f64 = weights.iter().sum();
    let factor = LogNormal::new(-0.5 * quality, quality.sqrt()).unwrap();
    let mut rng = rng(40);
    let mut ads = Vec::new();
    let (mut fill, mut payment, mut wins) =
        (Sample::default(), Sample::default(), Sample::default());
    let mut dear = Sample::default();
    let mut wins_when_dear = Sample::default();
    for _ in 0..3_000_000 {
        ads.clear();
        let factor: f64 = factor.sample(&mut rng);
        // In units of the slot's quality, the reserve is lower the better the slot.
        let floor = reserve / factor;
        for (kind, weight) in weights.into_iter().enumerate() {
            draw(&mut ads, kind, weight, alpha, floor, &mut rng);
        }
        let sold = race(&ads, floor).map(|(ad, price)| (ad, price * factor));
        fill.add(f64::from(u8::from(sold.is_some())));
        payment.add(sold.map_or(0.0, |(_, price)| price));
        dear.add(f64::from(u8::from(sold.is_some_and(|(_, p)| p > 2.0))));
        if let Some((winner, price)) = sold {
            wins.add(winner.kind as f64);
            if price > 2.0 {
                wins_when_dear.add(winner.kind as f64);
            }
        }
    }
    let lambda = law.lambda(total, reserve);
    fill.check(law.fill(lambda), "fill");
    payment.check(payment_of(law, total, reserve), "payment");
    dear.check(law.paid_above(2.0)(lambda), "paid more than two reserves");
    wins.check(weights[1] / total, "share of wins");
    // Quantiles of what was paid, by the same law: a fifth of the slots sold cost more than the eightieth percentile.
    let mut prices = PaidPrices::new(law);
    prices.add(lambda, 1.0);
    let p80 = prices.quantile(0.8).unwrap();
    let share = law.paid_above(p80)(lambda) / law.fill(lambda);
    assert!(
        (share - 0.2).abs() < 0.01,
        "{share} above the eightieth percentile"
    );
    let z = wins_when_dear.z(weights[1] / total);
    assert!(z.abs() < LIMIT, "share of wins among dear slots: z = {z}");
    // Without the spread of quality both would be far off: it is seen.
    let plain = RaceLaw::new(alpha).unwrap();
    assert!(payment.z(payment_of(plain, total, reserve)).abs() > 4.0 * LIMIT);
}

#[test]
fn match_factors_keep_their_stated_error() {
    let law = RaceLaw::new(1.6).unwrap();
    let table = RaceTable::new(law);
    for i in 0..=400 {
        let s2 = i as f32 / 100.0;
        let exact = f64::from(s2);
        let off = |got: f32, exact: f64| (f64::from(got) / exact - 1.0).abs() / (1.0 + exact.ln());
        assert!(off(table.match_weight(s2), law.match_weight(exact)) < 2e-7);
        assert!(off(table.winner_match(s2), law.winner_match(exact)) < 2e-7);
    }
}
