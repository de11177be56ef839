"""Workers are killed outright and PostgreSQL is restarted in the midst of a run: it ends, whole."""

from __future__ import annotations

from pathlib import Path

from fixtures.survival import counting, survive


def test_every_piece_is_there_exactly_once(tmp_path: Path) -> None:
    left = survive(tmp_path, counting(60, pause=0.05), kills=3)
    assert left.run["status"] == "successful"
    assert left.run["outputs"]["done"] == left.files == left.pieces["done"] == 59
    assert left.run["outputs"]["rejected"] == ["piece-00005"]
    assert left.pieces["pieces"] == left.pieces["keys"] == left.run["pieces_ended"] == 60
    said = f"60 pieces: 59 done, 1 rejected, 0 failed; {left.pieces['again']} of them begun more"
    assert any(line.startswith(said) for line in left.log)
