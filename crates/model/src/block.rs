//! placeholder while the layout is written
#[derive(Debug, Clone, Default)]
pub struct Block {
    pub day: i32,
    pub stratum: u16,
    pub group: u8,
    pub first: u32,
    pub people: u32,
}
