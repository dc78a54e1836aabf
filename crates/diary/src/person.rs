//! Where a traced person is found.

use overheard_model::world::World;

/// Where a person is found: in any run that simulates that many people of the stratum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonId {
    pub stratum: u16,
    pub index: u32,
}

impl PersonId {
    /// `us-canada/25-34/assistant/12345`.
    pub fn text(self, world: &World) -> String {
        let stratum = &world.strata[self.stratum as usize];
        let half = if stratum.assistant {
            "assistant"
        } else {
            "others"
        };
        format!("{}/{}/{half}/{}", stratum.market, stratum.age, self.index)
    }
}
