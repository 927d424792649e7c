"""Looking after an installation: migrations, verification, doctor."""
