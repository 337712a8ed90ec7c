// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {LedgerEntries} from "../LedgerEntries.sol";
import {Rfc6962} from "../Rfc6962.sol";
import {IAccessGrants} from "../interfaces/IAccessGrants.sol";
import {IIntentNonces} from "../interfaces/IIntentNonces.sol";
import {IResourceRegistry} from "../interfaces/IResourceRegistry.sol";
import {ISignedIntents} from "../interfaces/ISignedIntents.sol";
import {Fixture} from "./Fixture.sol";

/// @title Every function of which there are two: sent by the one who decides, or signed and sent by anyone
/// @notice With a state in which each of them is accepted.
abstract contract Twins is Fixture {
    /// @dev target: the contract; members: type hash and members, as signed; direct: data of the plain call.
    struct Twin {
        address target;
        string signature;
        bytes members;
        bytes direct;
        bytes arguments;
    }

    bytes32 private constant NEW = keccak256("new resource");
    bytes32 private constant SECOND = keccak256("second resource");
    uint256 internal constant NONCE = 0x1234567;
    string private constant REGISTRATION = "(bytes32,bytes32,bytes32,uint8,bytes32,bytes32)";
    string private constant AUTHORIZATION = "(address,uint256,uint64,bytes)";
    string private constant LAST = "address signer,uint256 nonce,uint64 deadline)";

    bytes32 private _grant;
    bytes32 private _cohort;

    function setUp() public override {
        super.setUp();
        _register(DIGEST);
        _register(SECOND);
        _grant = _issue(0, 1);
        vm.warp(START + 1);
        vm.prank(REGISTRAR);
        _cohort = _grants.grantCohort(_statedCohort(0));
        vm.prank(REGISTRAR);
        _resources.supersede(SECOND, STEWARD, DIGEST, 3);
        bytes32 leaf = Rfc6962.leafHash(LedgerEntries.accepted(NEW, STEWARD, _license, 0x55, NEW, METADATA, START));
        vm.prank(ANCHORER);
        _anchors.anchor(LEDGER, 1, leaf, new bytes32[](0));
    }

    function _twins() internal view returns (Twin[] memory all) {
        Twin[6] memory resources = _resourceTwins();
        Twin[6] memory grants = _grantTwins();
        all = new Twin[](13);
        for (uint256 i = 0; i < 6; ++i) {
            all[i] = resources[i];
            all[i].target = address(_resources);
        }
        all[12] = _manyTwin();
        all[12].target = address(_resources);
        for (uint256 i = 0; i < 6; ++i) {
            all[6 + i] = grants[i];
            all[6 + i].target = address(_grants);
        }
    }

    function _resourceTwins() private view returns (Twin[6] memory twins) {
        IResourceRegistry.Registration memory stated = _stated(NEW);
        twins[0].signature = string.concat("registerBySignature(", REGISTRATION);
        twins[0].members = _registerMembers(stated);
        twins[0].direct = abi.encodeCall(IResourceRegistry.register, (stated));
        twins[0].arguments = abi.encode(stated);

        IResourceRegistry.EntryProof memory proof;
        (proof.ledger, proof.size, proof.at) = (LEDGER, 1, START);
        twins[1].signature = string.concat(
            "registerProvenBySignature(",
            REGISTRATION,
            ",(bytes32,uint64,uint64,uint64,bytes32[])"
        );
        twins[1].members = bytes.concat(
            keccak256(
                bytes.concat(
                    "RegisterProven(bytes32 digest,bytes32 steward,bytes32 license,uint8 cidCodec,bytes32 cidDigest,",
                    "bytes32 metadata,bytes32 ledger,uint64 index,",
                    bytes(LAST)
                )
            ),
            abi.encode(stated, LEDGER, uint64(0))
        );
        twins[1].direct = abi.encodeCall(IResourceRegistry.registerProven, (stated, proof));
        twins[1].arguments = abi.encode(stated, proof);

        twins[2].signature = "supersedeBySignature(bytes32,bytes32,bytes32,uint8";
        twins[2].arguments = abi.encode(DIGEST, STEWARD, SECOND, uint8(2));
        twins[2].members = _flat(
            "Supersede(bytes32 digest,bytes32 steward,bytes32 successor,uint8 relation,",
            twins[2]
        );
        twins[2].direct = abi.encodeCall(IResourceRegistry.supersede, (DIGEST, STEWARD, SECOND, 2));

        twins[3].signature = "declareRenditionBySignature(bytes32,bytes32,bytes32";
        twins[3].arguments = abi.encode(DIGEST, STEWARD, SECOND);
        twins[3].members = _flat("DeclareRendition(bytes32 digest,bytes32 steward,bytes32 original,", twins[3]);
        twins[3].direct = abi.encodeCall(IResourceRegistry.declareRendition, (DIGEST, STEWARD, SECOND));

        twins[4].signature = "withdrawBySignature(bytes32,bytes32,uint8";
        twins[4].arguments = abi.encode(DIGEST, STEWARD, uint8(3));
        twins[4].members = _flat("Withdraw(bytes32 digest,bytes32 steward,uint8 reason,", twins[4]);
        twins[4].direct = abi.encodeCall(IResourceRegistry.withdraw, (DIGEST, STEWARD, 3));

        twins[5].signature = "takeBackBySignature(bytes32,bytes32,bytes32,uint8";
        twins[5].arguments = abi.encode(SECOND, STEWARD, DIGEST, uint8(3));
        twins[5].members = _flat("TakeBack(bytes32 digest,bytes32 steward,bytes32 other,uint8 relation,", twins[5]);
        twins[5].direct = abi.encodeCall(IResourceRegistry.takeBack, (SECOND, STEWARD, DIGEST, 3));
    }

    function _manyTwin() private view returns (Twin memory twin) {
        IResourceRegistry.Registration[] memory batch = new IResourceRegistry.Registration[](2);
        batch[0] = _stated(NEW);
        batch[1] = _stated(keccak256("another new resource"));
        bytes memory one =
            "Registration(bytes32 digest,bytes32 steward,bytes32 license,uint8 cidCodec,"
            "bytes32 cidDigest,bytes32 metadata)";
        bytes32 typehash = keccak256(one);
        bytes32 hashes = keccak256(
            abi.encodePacked(keccak256(abi.encode(typehash, batch[0])), keccak256(abi.encode(typehash, batch[1])))
        );
        twin.signature = string.concat("registerManyBySignature(", REGISTRATION, "[]");
        twin.members = abi.encode(
            keccak256(bytes.concat("RegisterMany(Registration[] registrations,", bytes(LAST), one)),
            hashes
        );
        twin.direct = abi.encodeCall(IResourceRegistry.registerMany, (batch));
        twin.arguments = abi.encode(batch);
    }

    function _grantTwins() private view returns (Twin[6] memory twins) {
        IAccessGrants.Grant memory stated = _statedGrant(1, 1);
        uint64 until = START + LOAN;
        twins[0].signature = "issueBySignature((bytes32,bytes32,uint32,uint24,bytes32,uint16),uint64";
        twins[0].members = _issueMembers(stated, until);
        twins[0].direct = abi.encodeCall(IAccessGrants.issue, (stated, until));
        twins[0].arguments = abi.encode(stated, until);

        twins[1].signature = "renewBySignature(bytes32,bytes32,uint32,bytes32,uint64";
        twins[1].arguments = abi.encode(DIGEST, STEWARD, uint32(0), _grant, until + 1);
        twins[1].members = _flat(
            "RenewGrant(bytes32 digest,bytes32 steward,uint32 seat,bytes32 grant,uint64 until,",
            twins[1]
        );
        twins[1].direct = abi.encodeCall(IAccessGrants.renew, (DIGEST, STEWARD, 0, _grant, until + 1));

        bytes memory held = abi.encode(DIGEST, STEWARD, uint32(0), _grant);
        twins[2].signature = "giveBackBySignature(bytes32,bytes32,uint32,bytes32";
        twins[2].arguments = held;
        twins[2].members = _flat("ReturnGrant(bytes32 digest,bytes32 steward,uint32 seat,bytes32 grant,", twins[2]);
        twins[2].direct = abi.encodeCall(IAccessGrants.giveBack, (DIGEST, STEWARD, 0, _grant));

        twins[3].signature = "revokeBySignature(bytes32,bytes32,uint32,bytes32";
        twins[3].arguments = held;
        twins[3].members = _flat("RevokeGrant(bytes32 digest,bytes32 steward,uint32 seat,bytes32 grant,", twins[3]);
        twins[3].direct = abi.encodeCall(IAccessGrants.revoke, (DIGEST, STEWARD, 0, _grant));

        string memory cohort = "(bytes32,bytes32,bytes32,uint64,uint16,uint64,bytes32)";
        twins[4].signature = string.concat("grantCohortBySignature(", cohort);
        twins[4].arguments = abi.encode(_statedCohort(SALT));
        twins[4].members = _flat(
            "GrantCohort(bytes32 digest,bytes32 steward,bytes32 root,uint64 size,uint16 scopes,uint64 until,bytes32 salt,",
            twins[4]
        );
        twins[4].direct = abi.encodeCall(IAccessGrants.grantCohort, (_statedCohort(SALT)));

        twins[5].signature = string.concat("closeCohortBySignature(", cohort);
        twins[5].arguments = abi.encode(_statedCohort(0));
        twins[5].members = abi.encode(keccak256(bytes.concat("CloseCohort(bytes32 cohort,", bytes(LAST))), _cohort);
        twins[5].direct = abi.encodeCall(IAccessGrants.closeCohort, (_statedCohort(0)));
    }

    function _statedCohort(bytes32 salt) private pure returns (IAccessGrants.Cohort memory) {
        return
            IAccessGrants.Cohort({
                digest: DIGEST,
                steward: STEWARD,
                root: METADATA,
                size: 9,
                scopes: 1,
                until: START + LOAN,
                salt: salt
            });
    }

    /// @dev What is signed where the members are the arguments, one word each.
    function _flat(string memory kind, Twin memory twin) private pure returns (bytes memory) {
        return bytes.concat(keccak256(bytes.concat(bytes(kind), bytes(LAST))), twin.arguments);
    }

    function _signed(Twin memory twin, uint256 key, uint64 ahead) internal view returns (bytes memory) {
        IIntentNonces.Authorization memory given;
        given.signer = vm.addr(key);
        given.nonce = NONCE;
        given.deadline = uint64(block.timestamp) + ahead;
        bytes32 structHash = keccak256(
            bytes.concat(twin.members, abi.encode(given.signer, given.nonce, given.deadline))
        );
        given.signature = _signFor(ISignedIntents(twin.target), key, structHash);
        return _call(twin, given);
    }

    /// @dev The arguments are encoded anew with one more, whose place comes after theirs.
    function _call(Twin memory twin, IIntentNonces.Authorization memory given) internal pure returns (bytes memory) {
        bytes4 selector = bytes4(keccak256(bytes(string.concat(twin.signature, ",", AUTHORIZATION, ")"))));
        bytes memory head = twin.arguments;
        bytes memory tail = abi.encode(given);
        uint256 heads = _staticWords(twin.signature);
        // Each offset grows by the word that the new argument takes in the head.
        bytes memory data = new bytes(0);
        for (uint256 i = 0; i < head.length / 32; ++i) {
            uint256 word = _word(head, i);
            if (i == heads) {
                data = bytes.concat(data, bytes32(head.length + 32));
            }
            data = bytes.concat(data, bytes32(_isOffset(twin.signature, i) ? word + 32 : word));
        }
        if (heads == head.length / 32) {
            data = bytes.concat(data, bytes32(head.length + 32));
        }
        bytes memory body = new bytes(tail.length - 32);
        for (uint256 i = 0; i < body.length; ++i) {
            body[i] = tail[i + 32];
        }
        return bytes.concat(selector, data, body);
    }

    /// @dev How many words the head of the arguments has.
    function _staticWords(string memory signature) private pure returns (uint256) {
        if (_starts(signature, "registerMany")) {
            return 1;
        }
        uint256 commas = 1;
        for (uint256 i = 0; i < bytes(signature).length; ++i) {
            if (bytes(signature)[i] == ",") {
                ++commas;
            }
        }
        return _starts(signature, "registerProven") ? 7 : commas;
    }

    function _isOffset(string memory signature, uint256 i) private pure returns (bool) {
        return (_starts(signature, "registerMany") && i == 0) || (_starts(signature, "registerProven") && i == 6);
    }

    function _starts(string memory text, string memory start) private pure returns (bool) {
        for (uint256 i = 0; i < bytes(start).length; ++i) {
            if (bytes(text)[i] != bytes(start)[i]) {
                return false;
            }
        }
        return true;
    }

    function _word(bytes memory data, uint256 i) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(data, add(32, mul(i, 32))))
        }
    }
}
