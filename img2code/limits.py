"""Every limit on what visitors may send and ask for, in one place."""

MAX_IMAGE_BYTES = 20 * 1024**2
MAX_IMAGE_PIXELS = 40_000_000  # read from the header, before anything is decoded
DECODING_BYTES = 512 * 1024**2  # of pictures being decoded at once, in one process
PICTURE_SIDE = 1024  # pictures are scaled down to this; no back end reads more

MAX_UPLOAD_BYTES = MAX_IMAGE_BYTES + 4 * 1024**2  # room to say it in a sentence of ours
MAX_WAITING = 32  # requests in the queue; further ones are asked to come back later
CONCURRENT_RUNS = 1  # reconstructions at a time: each one uses the whole machine
CONCURRENT_CHECKS = 4  # short work beside them: checking a picture, drawing a comparison

MAX_NEW_TOKENS = 4096  # of a language model's answer; the longest sampled codes have 2000
NAMING_TOKENS = 32  # of an answer that is read only up to its category
BATCH_PICTURES = 8  # decoded at once by a model
MAX_ANSWER_BYTES = 32 * 1024**2  # of a server's answer, with everything around its text
MAX_ANSWER_CHARACTERS = 1_000_000  # of an answer's text; codes have fewer than 50,000
WORKER_STARTS = 3  # of a batch's worker that dies while it loads, before the others go on alone
SERVER_REQUESTS = 8  # of a batch to a server of a language model, at once

MAX_BODY_BYTES = MAX_IMAGE_BYTES * 4 // 3 + 1024**2  # a picture as base64, and what is around it
MAX_CODE_BYTES = 256 * 1024  # of a code that is to become a mesh, as JSON
MAX_CODE_FILE_BYTES = 32 * 1024**2  # of a file on the command line that holds a code
MAX_CODE_PARTS = 64  # of it; sampled codes have fewer than 20
MAX_MESH_SEGMENTS = 128  # sides of a circle in its mesh
MAX_MESH_TRIANGLES = 500_000  # of it, counted before one is built; sampled ones have half of it
CONCURRENT_MESHES = 2  # processes that build them
MAX_WAITING_MESHES = 8  # requests for them in a queue: (8 + 2) / 2 * MESH_SECONDS is in time
MESH_SECONDS = 20  # for one to be built
STEP_SECONDS = 120  # for a STEP file, whose kernel has no bound of its own
MESH_MEMORY_BYTES = 4 * 1024**3  # of addresses, for a process that builds
HEADER_SECONDS = 10  # for the head of a request to arrive
UPLOAD_SECONDS = 30  # for the body of a request to arrive
SEND_SECONDS = 60  # for a client to take what is sent to it
REQUEST_SECONDS = 120  # for a request to be answered from its last byte on, waiting included
KEEP_ALIVE_SECONDS = 10  # between signs of life in a stream that has nothing to say
DRAIN_SECONDS = 10  # for work under way to be finished when the service is asked to stop
MESH_DRAIN_SECONDS = 2  # the same for meshes, which nearly all take less
STOP_SECONDS = 3  # for requests to end that have then been told so

MAX_TEXT_CHARACTERS = 2_000  # of a text that is to be scored or painted
MAX_PROMPTS = 8  # texts that are painted for one request
MAX_PAINTINGS = 12  # pictures that they may ask for, all together
MAX_TEXTS = 256  # that are scored for one request
MAX_REGIONS = 16  # points and boxes of one request

REQUESTS_PER_MINUTE = 600  # of one client, a fifth of them at once; `img2code serve --rate`
MAX_CLIENTS = 10_000  # that are remembered for it
CLIENT_BODY_BYTES = 256 * 1024**2  # of requests under way, of one client
ALL_BODY_BYTES = 512 * 1024**2  # and of all
CLIENT_FILE_BYTES = 512 * 1024**2  # handed in to the page within DOWNLOAD_SECONDS, by one client
ALL_FILE_BYTES = 4 * 1024**3  # and by all
MAX_CONNECTIONS = 512  # in all; `img2code serve --limit-concurrency`
MAX_CONNECTIONS_PER_ADDRESS = 128  # browsers open six

SESSION_RESULTS = 12  # results of a visitor that Compare keeps, the newest ones
DOWNLOAD_SECONDS = 3600  # files made for a visitor are deleted after this, or when they leave
MAX_SESSIONS = 1000  # visitors whose page is remembered, 0.3 MB at least each; then the oldest goes
HAND_OVER_SECONDS = 60  # for files that Gradio takes over while their visitor leaves
RUNS = "runs"  # what shares CONCURRENT_RUNS: one picture, and many at once
MANY_PICTURES = 40  # handed in at once on the page
