//! Contributions at one draw of what nobody knows.

/// A number taken apart at a draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// Which draw; 0 is the scenario as it is.
    pub draw: u32,
    /// By provision: alone, as the last, and on the average over all orders.
    pub contributions: Vec<[f64; 3]>,
    /// What all provisions do together: what the averages add up to.
    pub together: f64,
}
