"""The command line. Commands are imported when they are called, slow libraries only where they are used."""
