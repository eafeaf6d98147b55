"""Module names that stand for packages of another name, and packages that so many programs use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from packaging.utils import canonicalize_name


def word_set(text: str) -> frozenset[str]:
    """The words of a text that is a list."""
    return frozenset(text.split())


PYTHON_ALIASES: Mapping[str, tuple[str, ...]] = {
    "attr": ("attrs",),
    "bs4": ("beautifulsoup4",),
    "cv2": ("opencv-python", "opencv-python-headless", "opencv-contrib-python", "opencv"),
    "Crypto": ("pycryptodome",),
    "Cryptodome": ("pycryptodomex",),
    "dateutil": ("python-dateutil",),
    "discord": ("discord-py",),
    "docx": ("python-docx",),
    "dotenv": ("python-dotenv",),
    "faiss": ("faiss-cpu", "faiss-gpu"),
    "fitz": ("pymupdf",),
    "flask_cors": ("flask-cors",),
    "git": ("gitpython",),
    "github": ("pygithub",),
    "grpc": ("grpcio",),
    "grpc_tools": ("grpcio-tools",),
    "gi": ("pygobject",),
    "haystack": ("haystack-ai", "farm-haystack"),
    "igraph": ("python-igraph",),
    "jose": ("python-jose",),
    "jwt": ("pyjwt",),
    "kafka": ("kafka-python",),
    "ldap": ("python-ldap",),
    "llama_index": ("llama-index", "llama-index-core"),
    "magic": ("python-magic",),
    "markdown_it": ("markdown-it-py",),
    "MySQLdb": ("mysqlclient",),
    "mysql": ("mysql-connector-python",),
    "multipart": ("python-multipart",),
    "nacl": ("pynacl",),
    "OpenGL": ("pyopengl",),
    "OpenSSL": ("pyopenssl",),
    "PIL": ("pillow",),
    "pkg_resources": ("setuptools",),
    "pptx": ("python-pptx",),
    "psycopg2": ("psycopg2-binary",),
    "rest_framework": ("djangorestframework",),
    "ruamel": ("ruamel-yaml",),
    "serial": ("pyserial",),
    "skimage": ("scikit-image",),
    "sklearn": ("scikit-learn",),
    "slugify": ("python-slugify",),
    "socks": ("pysocks",),
    "telegram": ("python-telegram-bot",),
    "tomli_w": ("tomli-w",),
    "umap": ("umap-learn",),
    "usb": ("pyusb",),
    "websocket": ("websocket-client",),
    "win32api": ("pywin32",),
    "wx": ("wxpython",),
    "yaml": ("pyyaml",),
    "zmq": ("pyzmq",),
    "agents": ("openai-agents",),
    "mpl_toolkits": ("matplotlib",),
    "pylab": ("matplotlib",),
    "_pytest": ("pytest",),
    "environ": ("django-environ",),
    "flask_sqlalchemy": ("flask-sqlalchemy",),
    "redis": ("redis-py",),
    "stdnum": ("python-stdnum",),
}
"""Modules whose package has another name, with the packages, normalised."""

SHARED_NAMESPACES = frozenset(
    ["google", "azure", "zope", "ruamel", "opentelemetry", "sphinxcontrib", "backports", "jaraco"]
)
"""Top-level names that many packages share: asked for one of them, the others are plausible."""

PYTHON_WELL_KNOWN = word_set("""
    aiofiles aiohttp aiomysql aiosqlite airflow alembic altair anthropic anyio apscheduler argon2 arrow asgiref
    asyncpg attr attrs authlib babel bcrypt black blinker bokeh boto3 botocore bottle bs4 cachetools celery
    certifi cffi channels chardet charset_normalizer click cloudpickle colorama cryptography cupy cv2 cython dash
    dask databases dateutil defusedxml deprecated discord distributed django docker docutils docx dotenv duckdb
    elasticsearch email_validator exceptiongroup factory faker falcon fastapi fastmcp filelock flask flask_cors
    flask_login flask_migrate flask_sqlalchemy flask_wtf freezegun fsspec gensim geopandas gevent git google
    googleapiclient greenlet grpc gunicorn h11 h2 h5py httptools httpx hypercorn hypothesis idna imageio
    importlib_metadata importlib_resources ipython IPython itsdangerous jax jinja2 joblib jose jsonschema jwt
    kafka keras langchain langchain_core langchain_openai lightgbm litestar llvmlite loguru lxml mako markdown
    markdown_it markupsafe marshmallow matplotlib mcp mock moto more_itertools msgpack msgspec multidict multipart
    mypy MySQLdb mysql mypy_extensions nacl networkx nltk nox numba numpy oauthlib odmantic onnx openai openpyxl
    opentelemetry orjson packaging pandas paramiko parso passlib peewee pexpect PIL pika platformdirs playwright
    plotly pluggy polars prefect prometheus_client prompt_toolkit psutil psycopg psycopg2 py pyarrow pyasn1
    pycparser pydantic pydantic_core pydantic_settings pygame pygments pylint pymongo pymysql pyparsing pyspark
    pytest pytest_asyncio pytest_mock pytz ray redis regex reportlab requests requests_mock requests_oauthlib
    respx responses rest_framework rich ruamel s3fs scipy seaborn selenium sentry_sdk setuptools shapely
    simplejson six skimage sklearn slugify sniffio sortedcontainers spacy sphinx sqlalchemy sqlmodel sqlparse
    sse_starlette stamina starlette statsmodels streamlit strawberry stripe structlog sympy tabulate tenacity
    tensorflow termcolor testcontainers textual tiktoken tinycss2 tokenizers toml tomli tomli_w tomlkit toolz
    torch torchaudio torchvision tornado tox tqdm traitlets transformers trio tweepy twisted typeguard typer
    typing_extensions typing_inspect tzdata tzlocal ujson urllib3 uvicorn uvloop validators virtualenv watchdog
    watchfiles webdriver_manager websocket websockets werkzeug wheel wrapt wtforms xarray xgboost xlsxwriter
    xmltodict yaml yarl zmq zstandard
""")
"""Real packages that people use without saying so."""

NODE_WELL_KNOWN = word_set("""
    @angular @apollo @auth @aws-sdk @azure @babel @chakra-ui @emotion @eslint @fastify @firebase @fortawesome
    @google-cloud @graphql-tools @grpc @headlessui @heroicons @hono @hookform @jest @mantine @mdx-js
    @modelcontextprotocol @mui @nestjs @next @nuxt @octokit @openai @opentelemetry @playwright @prisma @radix-ui
    @react-native @react-navigation @reduxjs @remix-run @rollup @sentry @shadcn @sinclair @storybook @stripe
    @supabase @sveltejs @swc @tailwindcss @tanstack @testing-library @trpc @types @typescript-eslint @vitejs
    @vitest @vue @vueuse ajv angular argon2 async axios bcrypt bcryptjs body-parser bootstrap chai chalk cheerio
    class-transformer class-validator classnames clsx commander compression cookie-parser cors crypto-js csv-parse
    d3 date-fns dayjs debug dotenv drizzle-orm ejs electron esbuild eslint express express-rate-limit express-
    session express-validator fastify firebase formik framer-motion fs-extra glob got graphql handlebars helmet
    hono http-proxy-middleware immer inquirer ioredis jest jose joi jquery js-yaml jsdom jsonwebtoken knex koa
    leaflet lodash lodash-es lru-cache luxon mathjs mobx mocha moment mongodb mongoose morgan ms msw multer mysql
    mysql2 nanoid nest next next-auth node-cron node-fetch nodemailer nodemon nuxt openai openid-client ora
    p-limit papaparse passport pg pino playwright postcss prettier prisma prop-types puppeteer qs query-string
    ramda react react-dom react-hook-form react-hot-toast react-icons react-native react-query react-redux react-
    router react-router-dom recharts redis redux reflect-metadata remix request rimraf rollup rxjs sass semver
    sequelize sharp sinon socket.io socket.io-client solid-js sqlite3 storybook stripe styled-components
    superagent supertest svelte swr tailwind-merge tailwindcss three ts-node tslib tsx type-fest typeorm
    typescript undici uuid valibot vite vitest vue vue-router vuex webpack winston ws yargs yup zod zustand zx
""")
"""Packages, and scopes of packages, that people use without saying so."""

_PYTHON_AFFIX = re.compile(r"^(python|py)-|-(python|py)$")
_WORD = re.compile(r"[@\w./-]+")


def is_asked_for(module: str, libraries: Iterable[str]) -> bool:
    """True when a top-level Python module belongs to one of the libraries, by name or alias."""
    own = canonicalize_name(module)
    aliases = PYTHON_ALIASES.get(module, ())
    for library in libraries:
        name = canonicalize_name(library.partition("[")[0])
        stripped = _PYTHON_AFFIX.sub("", name)
        if own in (name, stripped) or name in aliases or stripped in aliases or f"-{own}-" in f"-{name}-":
            return True
        if name.replace("-", "") == own.replace("-", "") or name in (f"py{own}", f"{own}py"):
            return True
    return False


def request_words(text: str) -> frozenset[str]:
    """The words of a request that may be names of packages."""
    return frozenset(_WORD.findall(text))
