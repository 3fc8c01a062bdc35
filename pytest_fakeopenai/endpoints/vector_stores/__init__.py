"""Vector stores, their files, and searching them. https://platform.openai.com/docs/api-reference/vector-stores"""

from __future__ import annotations

from ...pipeline.operate import operate
from ...pipeline.operation import Operation
from . import batches, files, searching, stores

_STORE = "/vector_stores/{vector_store_id}"
_FILE = f"{_STORE}/files/{{file_id}}"
_BATCH = f"{_STORE}/file_batches/{{batch_id}}"

# Deleting a store is the same as deleting anything.
ROUTES = [
    Operation("POST", "/vector_stores", "vector_stores.create", operate(stores.create)),
    Operation("GET", "/vector_stores", "vector_stores.list", operate(stores.list_all)),
    Operation("GET", _STORE, "vector_stores.retrieve", operate(stores.retrieve)),
    Operation("POST", _STORE, "vector_stores.update", operate(stores.update)),
    Operation("POST", f"{_STORE}/search", "vector_stores.search", operate(searching.answer)),
    Operation("POST", f"{_STORE}/files", "vector_stores.files.create", operate(files.create)),
    Operation("GET", f"{_STORE}/files", "vector_stores.files.list", operate(files.list_all)),
    Operation("GET", _FILE, "vector_stores.files.retrieve", operate(files.retrieve)),
    Operation("POST", _FILE, "vector_stores.files.update", operate(files.update)),
    Operation("DELETE", _FILE, "vector_stores.files.delete", operate(files.delete)),
    Operation("GET", f"{_FILE}/content", "vector_stores.files.content", operate(files.content)),
    Operation("POST", f"{_STORE}/file_batches", "vector_stores.file_batches.create", operate(batches.create)),
    Operation("GET", _BATCH, "vector_stores.file_batches.retrieve", operate(batches.retrieve)),
    Operation("POST", f"{_BATCH}/cancel", "vector_stores.file_batches.cancel", operate(batches.cancel)),
    Operation("GET", f"{_BATCH}/files", "vector_stores.file_batches.list_files", operate(batches.list_files)),
]
