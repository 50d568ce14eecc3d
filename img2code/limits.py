"""Every limit on what visitors may send and ask for, in one place."""

MAX_IMAGE_BYTES = 20 * 1024**2
MAX_IMAGE_PIXELS = 40_000_000  # read from the header, before anything is decoded
PICTURE_SIDE = 1024  # pictures are scaled down to this; no back end reads more

MAX_UPLOAD_BYTES = MAX_IMAGE_BYTES + 4 * 1024**2  # room to say it in a sentence of ours
MAX_WAITING = 32  # requests in the queue; further ones are asked to come back later
CONCURRENT_RUNS = 1  # reconstructions at a time: each one uses the whole machine
CONCURRENT_CHECKS = 4  # short work beside them: checking a picture, drawing a comparison

MAX_NEW_TOKENS = 4096  # of a language model's answer; the longest sampled codes have 2000
NAMING_TOKENS = 32  # of an answer that is read only up to its category
BATCH_PICTURES = 8  # decoded at once by a language model
MAX_ANSWER_BYTES = 32 * 1024**2  # of a server's answer, with everything around its text
WORKER_STARTS = 3  # of a batch's worker that dies while it loads, before the others go on alone
SERVER_REQUESTS = 8  # of a batch to a server of a language model, at once

MAX_BODY_BYTES = MAX_IMAGE_BYTES * 4 // 3 + 1024**2  # a picture as base64, and what is around it
MAX_CODE_BYTES = 256 * 1024  # of a code that is to become a mesh, as JSON
MAX_CODE_PARTS = 64  # of it; sampled codes have fewer than 20
MAX_MESH_SEGMENTS = 128  # sides of a circle in its mesh
UPLOAD_SECONDS = 30  # for the body of a request to arrive
REQUEST_SECONDS = 120  # for a request to be answered, waiting included
KEEP_ALIVE_SECONDS = 10  # between signs of life in a stream that has nothing to say
STOP_SECONDS = 3  # for requests under way to end when the service stops

SESSION_RESULTS = 12  # results of a visitor that Compare keeps, the newest ones
DOWNLOAD_SECONDS = 3600  # files made for a visitor are deleted after this, or when they leave
