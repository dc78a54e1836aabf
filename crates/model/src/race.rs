//! Races for ad slots: who wins, whether the slot is sold, and what it costs, without drawing a bid.
//!
//! A slot is an ad slot here; those of profiles are [`columns`](crate::columns)'.
//!
//! **Setting.** For one slot, the ads of kind `k` whose value (bid × estimated action rate, USD per impression) exceeds
//! `v` are Poisson in number with mean `M_k v^-α`: a Poisson process with a Pareto tail. All kinds share `α` and the
//! reserve `ρ` (USD per impression). `W = Σ M_k`, `Λ = W ρ^-α` is the expected number of ads above the reserve.
//!
//! **Who wins.** The union of the kinds is a Poisson process whose points carry independent marks, kind `k` with
//! probability `M_k / W` at every value (marking theorem; J. F. C. Kingman, *Poisson Processes*, 1993, ch. 5). So the
//! winner's kind is drawn with these shares, independent of all values and therefore of the price.
//!
//! **Fill.** Some value exceeds `ρ` with probability `1 - e^-Λ`.
//!
//! **Price.** The winner pays the larger of the second value `V₂` and `ρ` (second price with reserve). With
//! `y = W v^-α`, `P(V₂ > v) = 1 - (1 + y) e^-y`, so the expected payment per slot offered is
//!
//! ```text
//! P = ρ (1 - e^-Λ) + ∫_ρ^∞ P(V₂ > v) dv
//!   = ρ (1 - e^-Λ) - ρ (1 - (1 + Λ) e^-Λ) + ∫_0^Λ (W/y)^(1/α) y e^-y dy        by parts; v P(V₂ > v) → 0 for α > ½
//!   = W^(1/α) γ(2 - 1/α, Λ) + ρ Λ e^-Λ
//!   = ρ g(Λ),      g(Λ) = Λ^(1/α) γ(2 - 1/α, Λ) + Λ e^-Λ
//! ```
//!
//! as `W^(1/α) = ρ Λ^(1/α)`. Limits: `g(Λ) → Λ` (a lone ad pays the reserve), and `P → W^(1/α) Γ(2 - 1/α)` as `ρ → 0`.
//!
//! **Optimised delivery.** If each ad's value is multiplied by its own independent match `L`, the values are again such
//! a process with `M E[L^α]` in place of `M` (displacement theorem, same book), and the winner's match is biased by
//! `L^α` whatever the price. For `L` lognormal with mean 1 and log-variance `s²`, `E[L^c] = exp(c (c - 1) s²/2)`: the
//! weight grows by `exp(α (α - 1) s²/2)`, and the winner's mean match, its click multiplier, is
//! `E[L^(α+1)] / E[L^α] = exp(α s²)`. A fixed multiplier `m` of one kind's values is the special case `M m^α`. Two
//! independent matches, of who clicks and of who buys, multiply: the weight by both factors, each winner's mean by its own.
//!
//! **Slot quality.** Slots are worth more or less to all bidders alike: a factor `ξ` on every value, lognormal with mean
//! 1 and log-variance `ω²`, turns `Λ` into `Λ ξ^α` and leaves every ratio of weights as it is. So the winner's kind stays
//! independent of the price, and fill and payment are those above averaged over `ξ`:
//!
//! ```text
//! fill = E[1 - e^-Λ(ξ)],   payment = ρ E[g(Λ(ξ))],   ln Λ(ξ) = ln Λ + α N(-ω²/2, ω²)
//! ```
//!
//! **What is paid.** Given `Λ(ξ)`, the price of a slot that is sold exceeds `v ≥ ρ` with chance
//! `(1 - (1 + y) e^-y) / fill`, `y = Λ(ξ) (ρ/v)^α`.

mod average;
mod law;
mod paid;
mod table;

pub use law::RaceLaw;
pub use paid::PaidPrices;
pub use table::RaceTable;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
#[expect(
    clippy::disallowed_methods,
    reason = "tests simulate with the platform's functions: what they compare with is not what they test"
)]
mod tests;
