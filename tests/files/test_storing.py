"""Files are kept beside their bytes, and stay once submitted."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, text
from sqlmodel import Session

from pool import files
from pool.db import Database
from pool.migrations import guards
from pool.models.files import StoredFile
from tests.files.samples import PDF, picture, telling_exif

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def keep(database: Database, name: str = "budget.pdf", data: bytes = PDF) -> int:
    prepared = files.prepare(name, data)

    def work(session: Session) -> int:
        file = files.store(session, prepared, NOW)
        assert file.id is not None
        return file.id

    return database.write(work)


def test_a_file_is_loaded_as_it_was_stored(database: Database) -> None:
    number = keep(database, "Å budget.pdf")
    with database.read() as session:
        found = files.load(session, number)
        assert found is not None
        file, data = found
        assert data == PDF
        assert (file.name, file.media_type, file.size) == (
            "Å budget.pdf",
            "application/pdf",
            len(PDF),
        )
        assert file.sha256 == hashlib.sha256(PDF).hexdigest()
        assert (file.created_at, file.sealed_at) == (NOW, None)
        assert files.load(session, number + 1) is None


def test_a_picture_is_stored_as_it_was_made_anew(database: Database) -> None:
    data = picture("JPEG", exif=telling_exif(6))
    number = keep(database, "a.jpg", data)
    with database.read() as session:
        found = files.load(session, number)
        assert found is not None
        file, stored = found
        assert stored != data
        assert file.sha256 == hashlib.sha256(stored).hexdigest()
        assert (file.width, file.height, file.size) == (40, 60, len(stored))


def test_a_list_of_files_loads_no_bytes(database: Database) -> None:
    numbers = [keep(database, f"{n}.pdf") for n in range(30)]
    statements: list[str] = []
    with database.read() as session:
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *args: statements.append(args[2]))
        found = files.describe(session, numbers)
        assert [file.name for file in found] == [f"{n}.pdf" for n in range(30)]
    assert len(statements) == 1
    assert "stored_file_content" not in statements[0]


def test_a_file_can_be_deleted_until_it_is_submitted(database: Database) -> None:
    first, second = keep(database), keep(database)
    assert database.write(lambda s: files.delete(s, first))
    assert not database.write(lambda s: files.delete(s, first))
    database.write(lambda s: files.seal(s, [second], NOW))
    with pytest.raises(files.FileSealed):
        database.write(lambda s: files.delete(s, second))
    with database.read() as session:
        assert files.load(session, first) is None
        assert files.load(session, second) is not None
        left = session.connection().execute(text("SELECT file_id FROM stored_file_content"))
        assert left.scalars().all() == [second]


def test_sealing_twice_keeps_the_first_moment(database: Database) -> None:
    number = keep(database)
    database.write(lambda s: files.seal(s, [number], NOW))
    database.write(lambda s: files.seal(s, [number], NOW.replace(year=2027)))
    with database.read() as session:
        assert [file.sealed_at for file in files.describe(session, [number])] == [NOW]


def test_bytes_that_are_not_those_that_were_stored_are_not_served(database: Database) -> None:
    number = keep(database)
    with database.engine.begin() as connection:
        guards.remove(connection)
        connection.execute(text("UPDATE stored_file_content SET data = :x"), {"x": b"other"})
    with database.read() as session, pytest.raises(files.FileDamaged):
        files.load(session, number)


def test_a_file_is_always_saved_never_shown() -> None:
    file = StoredFile(
        name='Å "budget"; 2026.pdf', media_type="application/pdf", size=1, sha256="", created_at=NOW
    )
    headers = files.download_headers(file)
    assert headers["Content-Disposition"] == (
        'attachment; filename="_ _budget__ 2026.pdf";'
        " filename*=UTF-8''%C3%85%20%22budget%22%3B%202026.pdf"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    for value in headers.values():
        assert value.isascii()
        assert "\n" not in value
