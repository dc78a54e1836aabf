fn main() -> std::process::ExitCode {
    overheard_cli::main()
}
